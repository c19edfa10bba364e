/** How far a group is, asked of Redis itself, in the same way for every library. */
import { Redis } from 'ioredis';
import { groupName } from './subject.ts';

export interface GroupWatch {
  /** @throws Error when the stream does not hold so many events */
  holds(key: string, events: number): Promise<void>;
  /** Resolves when the group was given everything and has acknowledged it. @throws Error when it has not in time */
  caughtUp(key: string, deadlineMs: number): Promise<void>;
  close(): void;
}

export function watchGroup(url: string): GroupWatch {
  const redis = new Redis(url, { protocol: 2 });
  return {
    holds: async (key, events) => {
      const length = await redis.xlen(key);
      if (length !== events) throw new Error(`Of ${events} events that were appended Redis has ${length}.`);
    },
    caughtUp: async (key, deadlineMs) => {
      const lateAt = performance.now() + deadlineMs;
      for (;;) {
        const stream = pairs((await redis.xinfo('STREAM', key)) as unknown[]);
        const groups = ((await redis.xinfo('GROUPS', key)) as unknown[][]).map(pairs);
        const group = groups.find((each) => each.get('name') === groupName);
        const pending = Number(group?.get('pending') ?? Number.NaN);
        const isAtTheEnd = group?.get('last-delivered-id') === stream.get('last-generated-id');
        if (isAtTheEnd && pending === 0) return;
        if (performance.now() > lateAt) throw new Error(`The group is behind, and has ${pending} events pending.`);
      }
    },
    close: () => redis.disconnect(),
  };
}

function pairs(flat: readonly unknown[]): Map<unknown, unknown> {
  const found = new Map<unknown, unknown>();
  for (let index = 0; index < flat.length; index += 2) found.set(flat[index], flat[index + 1]);
  return found;
}
