/** What one server may conclude from what it reads of the feed, and from what it does not. */
import type { RedisPort, RedisReply } from 'sallyport/redis';
import { describe, expect, it } from 'vitest';
import { revocationKeys } from '../../src/tokens/keys.ts';
import { FeedPosition, isBefore } from '../../src/tokens/pushed/feed-position.ts';
import { FeedReader } from '../../src/tokens/pushed/feed-reader.ts';
import { until } from '../until.ts';

const longestMs = 1_000;
const startMs = 1_700_000_000_000;
const id = (n: number) => `${startMs + n}-0`;

/** Reads these from a feed of which each names the one before it. */
function reads(position: FeedPosition, ...numbers: readonly number[]): boolean[] {
  return numbers.map((n) => position.moveTo({ id: id(n), previous: n === 1 ? '0-0' : id(n - 1) }, startMs + n));
}

describe('the place in the feed', () => {
  it('is complete once everything that was given out was read', () => {
    const position = new FeedPosition(longestMs);
    expect(reads(position, 1, 2)).toEqual([true, true]);
    expect([position.end(id(2), startMs + 2), position.isComplete(startMs + 2), position.id]).toEqual([
      true,
      true,
      id(2),
    ]);
  });

  it('is not complete without the last one, until that comes or is past, and does not begin again meanwhile', () => {
    const [late, never] = [new FeedPosition(longestMs), new FeedPosition(longestMs)];
    for (const position of [late, never]) {
      reads(position, 1, 2);
      for (let turn = 0; turn < 3; turn++) {
        expect([position.end(id(3), startMs + 4), position.isComplete(startMs + 4)]).toEqual([true, false]);
      }
    }
    expect(reads(late, 3)).toEqual([true]);
    expect([late.end(id(3), startMs + 5), late.isComplete(startMs + 5)]).toEqual([true, true]);
    expect([never.end(id(3), startMs + 1_002), never.isComplete(startMs + 1_002)]).toEqual([true, false]);
    expect([never.end(id(3), startMs + 1_003), never.isComplete(startMs + 1_003)]).toEqual([true, true]);
  });

  it('begins again when one comes that names another than the last, and then misses that for as long as it matters', () => {
    const position = new FeedPosition(longestMs);
    reads(position, 1, 2);
    position.end(id(3), startMs + 3);
    expect(reads(position, 4)).toEqual([false]);
    position.restart();
    expect(reads(position, 1, 2, 4)).toEqual([true, true, true]);
    expect(position.end(id(4), startMs + 4)).toBe(true);
    expect([startMs + 4, startMs + 1_002, startMs + 1_003].map((now) => position.isComplete(now))).toEqual([
      ...[false, false, true],
    ]);
  });

  it.each(['an empty feed', 'a feed that ends sooner', 'an entry that follows a lower one'])(
    'is not complete for as long as a token lives after %s took the place of what was read',
    (what) => {
      const position = new FeedPosition(longestMs);
      reads(position, 1, 2, 3);
      position.end(id(3), startMs + 3);
      const nowMs = startMs + 500;
      if (what === 'an empty feed') expect(position.end('0-0', nowMs)).toBe(false);
      else if (what === 'a feed that ends sooner') expect(position.end(id(2), nowMs)).toBe(false);
      else expect(position.moveTo({ id: id(500), previous: id(2) }, nowMs)).toBe(false);
      position.restart();
      expect(position.end('0-0', nowMs)).toBe(true);
      expect(position.isComplete(nowMs + 999)).toBe(false);
      expect(position.isComplete(nowMs + 1_000)).toBe(true);
    },
  );

  it('is complete in a feed that expired with its last entry', () => {
    const position = new FeedPosition(longestMs);
    reads(position, 1);
    position.end(id(1), startMs + 1);
    expect([position.end('0-0', startMs + 1_001), position.isComplete(startMs + 1_001)]).toEqual([true, true]);
  });

  it('orders ids by both of their numbers', () => {
    const ids = ['0-0', '9-2', '9-10', '10-0', '10-1'];
    for (const [index, one] of ids.entries()) {
      expect(ids.map((other) => isBefore(one, other))).toEqual(ids.map((_, place) => index < place));
    }
  });
});

it('what was read from a server that lags proves nothing, and is made good when it has caught up', async () => {
  const now = Date.now();
  const idOf = (n: number) => `${now - 1_000 + n}-0`;
  const entry = (n: number): RedisReply => [
    idOf(n),
    ['previous', n === 1 ? '0-0' : idOf(n - 1), 'mark', `m${n}`, 'until', String(now + 60_000), 'before', ''],
  ];
  let [signed, readable, signs] = [3, 2, 0];
  const port = {
    dedicated: () => port,
    close: async () => {},
    run: async () => {
      signs++;
      return [idOf(signed), String(Date.now()), []];
    },
    command: async (args: readonly string[]): Promise<RedisReply> => {
      const after = args.at(-1) ?? '';
      const entries = [1, 2, 3, 4].filter((n) => n <= readable && isBefore(after, idOf(n))).map(entry);
      if (entries.length > 0) return [['feed', entries]];
      if (args.includes('BLOCK')) await new Promise((resolve) => setTimeout(resolve, 10));
      return null;
    },
  } as unknown as RedisPort;
  const heard = new Set<string>();
  const proofs: string[] = [];
  const reader = new FeedReader(
    port,
    {
      keys: revocationKeys('sallyport').feed,
      followScript: {} as ConstructorParameters<typeof FeedReader>[1]['followScript'],
      longestMs: 7_200_000,
      proofMs: 20,
    },
    {
      announced: (announcements) => {
        for (const { mark } of announcements) heard.add(mark);
      },
      proven: () => proofs.push([...heard].join(' ')),
    },
  );
  await until(() => signs > 4, true);
  expect(proofs).toEqual([]);
  readable = 3;
  await until(() => proofs.length > 0, true);
  // And so when it had been in step before.
  signed = 4;
  const before = proofs.length;
  const signsBefore = signs;
  await until(() => signs > signsBefore + 4, true);
  expect(proofs.length).toBeLessThanOrEqual(before + 1);
  readable = 4;
  await until(() => proofs.at(-1), 'm1 m2 m3 m4');
  expect(new Set(proofs)).toEqual(new Set(['m1 m2 m3', 'm1 m2 m3 m4']));
  await reader.close();
});
