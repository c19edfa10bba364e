/** What every queue store promises. Runs on memory, on Redis through every client, and on a cluster. */
import { afterAll, beforeAll, describe } from 'vitest';
import { itDelivers } from './queue-store-delivery.ts';
import { itKeepsKeysAndIds } from './queue-store-keys.ts';
import { itKeepsShelvesAndSchedules } from './queue-store-shelves.ts';
import type { QueueStoreSubject, SuiteSize } from './queue-store-subject.ts';
import { itKeepsTime } from './queue-store-times.ts';
import { itAgreesWithItsModel } from './queue-store-walk.ts';
import { itBringsWord } from './queue-store-words.ts';

export const fullSize: SuiteSize = {
  tasks: 10_000,
  races: 1_000,
  walks: [
    { seed: 1, steps: 150 },
    { seed: 2, steps: 150 },
  ],
};

export interface SuiteOptions {
  /** The store's clock is a server's, and time has to pass really. @default false */
  readonly realTime?: boolean;
  readonly size?: SuiteSize;
  /** Leaves out what the client and the topology have no part in. @default false */
  readonly isReduced?: boolean;
}

export function describeQueueStore(
  name: string,
  make: () => Promise<QueueStoreSubject>,
  { realTime = false, size = fullSize, isReduced = false }: SuiteOptions = {},
): void {
  // On a server's own clock the waits of the tests overlap; on a replaceable clock they would move each other's time.
  const suite = realTime ? describe.concurrent : describe;
  suite(`queue store contract: ${name}`, () => {
    let made: QueueStoreSubject;
    const subject = () => made;
    beforeAll(async () => {
      made = await make();
    });
    afterAll(() => made?.close());

    itDelivers(subject, size);
    itKeepsKeysAndIds(subject);
    itKeepsShelvesAndSchedules(subject);
    itBringsWord(subject, size);
    if (isReduced) return;
    itKeepsTime(subject);
    itAgreesWithItsModel(subject, size);
  });
}
