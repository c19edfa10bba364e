/** What every stream store promises. Runs on memory, on Redis through every client, and on a cluster. */
import { afterAll, beforeAll, describe } from 'vitest';
import { itBuriesAndRedrives } from './stream-store-dead-letters.ts';
import { itDeliversToGroups } from './stream-store-groups.ts';
import { itKeepsTheLog } from './stream-store-log.ts';
import type { StreamStoreSubject, SuiteSize } from './stream-store-subject.ts';
import { itTakesOver } from './stream-store-takeover.ts';
import { itAgreesWithItsModel } from './stream-store-walk.ts';

export const fullSize: SuiteSize = {
  live: 2_000,
  walks: [
    { seed: 1, steps: 200 },
    { seed: 2, steps: 200 },
  ],
};

export interface SuiteOptions {
  /** The store's clock is a server's, and time has to pass really. @default false */
  readonly realTime?: boolean;
  readonly size?: SuiteSize;
}

export function describeStreamStore(
  name: string,
  make: () => Promise<StreamStoreSubject>,
  { realTime = false, size = fullSize }: SuiteOptions = {},
): void {
  // On a server's own clock the waits of the tests overlap; on a replaceable clock they would move each other's time.
  const suite = realTime ? describe.concurrent : describe;
  suite(`stream store contract: ${name}`, () => {
    let made: StreamStoreSubject;
    const subject = () => made;
    beforeAll(async () => {
      made = await make();
    });
    afterAll(() => made?.close());

    itKeepsTheLog(subject);
    itDeliversToGroups(subject);
    itTakesOver(subject, size);
    itBuriesAndRedrives(subject);
    itAgreesWithItsModel(subject, size);
  });
}
