import { afterAll, beforeAll, describe } from 'vitest';
import { testFamilies } from './pair-store-families.ts';
import { testRotation } from './pair-store-rotation.ts';
import { newHolder, type PairStoreSubject, type PairStoreUnderTest } from './pair-store-subject.ts';

/** What every store of token pairs promises. Runs on memory and on Redis through every client. */
export function describePairStore(
  name: string,
  make: () => Promise<PairStoreSubject>,
  { realTime = false }: { readonly realTime?: boolean } = {},
): void {
  // On a server's own clock the waits of the tests overlap; on a replaceable clock they would move each other's time.
  const suite = realTime ? describe.concurrent : describe;
  suite(`pair store contract: ${name}`, () => {
    let made: PairStoreSubject;
    let underTest: PairStoreUnderTest;
    beforeAll(async () => {
      made = await make();
      underTest = {
        ...made,
        begin: async (over) => {
          const holder = newHolder(over);
          await made.store.create(holder.key, holder.family);
          return holder;
        },
      };
    });
    afterAll(() => made.close());

    testRotation(() => underTest);
    testFamilies(() => underTest);
  });
}
