/** What every store that adds up uses of tokens must do. */
import type { UseCountStore, UseReport } from 'sallyport/tokens';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Stores under test: `other` is another server's view of the same data. */
export interface UseCountStoreSubject {
  readonly store: UseCountStore;
  readonly other: UseCountStore;
  close(): Promise<void>;
}

let names = 0;

export function describeUseCountStore(name: string, make: () => Promise<UseCountStoreSubject>): void {
  describe(`use count store contract: ${name}`, () => {
    let subject: UseCountStoreSubject;
    beforeAll(async () => {
      subject = await make();
    });
    afterAll(() => subject.close());

    const newName = () => `name-${Date.now()}-${++names}`;
    /** The first millisecond of a minute, so that places within it are known. */
    const minuteMs = Math.floor(Date.now() / 60_000) * 60_000;

    /** One server: reports under numbers of its own, about one token unless told otherwise. */
    function server(store: UseCountStore, maxUses = 10) {
      const own = newName();
      let sequence = 0;
      const report = (nowMs: number, tokens: UseReport['tokens'], number = sequence++) =>
        store.add({ server: own, sequence: number, nowMs, maxUses, tokens });
      return {
        report,
        uses: async (token: string, atMs: number, count: number, nowMs = atMs) =>
          (await report(nowMs, [{ token, uses: [{ atMs, count }] }]))[0],
        again: (token: string, atMs: number, count: number, number: number) =>
          report(atMs, [{ token, uses: [{ atMs, count }] }], number),
      };
    }

    it('tells its time', async () => {
      const beforeMs = Date.now();
      expect(await subject.store.timeMs()).toBeGreaterThanOrEqual(beforeMs - 1_000);
      expect(await subject.other.timeMs()).toBeLessThanOrEqual(Date.now() + 1_000);
    });

    it('adds up what servers tell, and tells one of them that it is too much', async () => {
      const [one, two] = [server(subject.store), server(subject.other)];
      const token = newName();
      expect(await one.uses(token, minuteMs, 6)).toEqual({ status: 'fine', uses: 6 });
      expect(await two.uses(token, minuteMs + 1_000, 4)).toEqual({ status: 'fine', uses: 10 });
      expect(await one.uses(token, minuteMs + 2_000, 1)).toEqual({ status: 'found', uses: 11 });
      expect(await two.uses(token, minuteMs + 3_000, 1)).toEqual({ status: 'known', uses: 12 });
      expect(await one.uses(token, minuteMs + 4_000, 1)).toEqual({ status: 'found', uses: 13 });
      // Another token has a count of its own.
      expect(await one.uses(newName(), minuteMs, 3)).toEqual({ status: 'fine', uses: 3 });
    });

    it('counts a report once, however often and however late it arrives', async () => {
      const one = server(subject.store);
      const token = newName();
      await one.again(token, minuteMs, 5, 7);
      expect(await one.again(token, minuteMs, 5, 7)).toEqual([{ status: 'fine', uses: 5 }]);
      expect(await one.again(token, minuteMs, 2, 8)).toEqual([{ status: 'fine', uses: 7 }]);
      expect(await one.again(token, minuteMs, 5, 7)).toEqual([{ status: 'fine', uses: 7 }]);
      expect(await one.again(token, minuteMs, 5, 9)).toEqual([{ status: 'found', uses: 12 }]);
      // The answer was lost: it is the same, so that the alarm is not.
      expect(await one.again(token, minuteMs, 5, 9)).toEqual([{ status: 'found', uses: 12 }]);
    });

    it('has a window of 56 to 58 seconds, also across the minute', async () => {
      for (const startMs of [minuteMs, minuteMs + 30_000, minuteMs + 58_000]) {
        const one = server(subject.store);
        const token = newName();
        await one.uses(token, startMs, 3);
        await one.uses(token, startMs + 4_000, 2);
        expect(await one.uses(token, startMs + 57_999, 1)).toEqual({ status: 'fine', uses: 6 });
        expect(await one.uses(token, startMs + 58_000, 1)).toEqual({ status: 'fine', uses: 4 });
        expect(await one.uses(token, startMs + 61_999, 1)).toEqual({ status: 'fine', uses: 5 });
        expect(await one.uses(token, startMs + 62_000, 1)).toEqual({ status: 'fine', uses: 4 });
      }
    });

    it('counts uses that are told late in their own time, and none outside of the window', async () => {
      const one = server(subject.store);
      const token = newName();
      expect(await one.uses(token, minuteMs, 3, minuteMs + 40_000)).toEqual({ status: 'fine', uses: 3 });
      expect(await one.uses(token, minuteMs, 3, minuteMs + 58_000)).toEqual({ status: 'fine', uses: 0 });
      expect(await one.uses(token, minuteMs + 60_000, 3, minuteMs + 50_000)).toEqual({ status: 'fine', uses: 3 });
      expect(await one.uses(token, minuteMs + 59_000, 1)).toEqual({ status: 'fine', uses: 1 });
    });

    it('forgets in the second minute after that a token was found', async () => {
      const [one, two] = [server(subject.store), server(subject.other)];
      const token = newName();
      expect((await one.uses(token, minuteMs, 11))?.status).toBe('found');
      expect((await two.uses(token, minuteMs + 60_000, 11))?.status).toBe('known');
      expect((await two.uses(token, minuteMs + 120_000, 11))?.status).toBe('found');
    });

    it('answers for many tokens in their order, each with uses of several seconds', async () => {
      const one = server(subject.store);
      const prefix = newName();
      const tokens = Array.from({ length: 250 }, (_, index) => ({
        token: `${prefix}-${index}`,
        uses: Array.from({ length: 1 + (index % 30) }, (_, second) => ({ atMs: minuteMs + second * 1_000, count: 1 })),
      }));
      const answers = await one.report(minuteMs + 30_000, tokens);
      expect(answers).toEqual(
        tokens.map(({ uses }) => ({ status: uses.length > 10 ? 'found' : 'fine', uses: uses.length })),
      );
    });

    it('loses nothing and finds a token once when servers report at the same time', async () => {
      const token = newName();
      const servers = Array.from({ length: 10 }, (_, index) =>
        server(index % 2 === 0 ? subject.store : subject.other, 100),
      );
      const answers = await Promise.all(
        Array.from({ length: 60 }, (_, index) => servers[index % 10]?.uses(token, minuteMs + index * 100, 2)),
      );
      expect(Math.max(...answers.map((answer) => answer?.uses ?? 0))).toBe(120);
      const over = answers.filter((answer) => (answer?.uses ?? 0) > 100);
      expect(over).toHaveLength(10);
      // A server that found it is told so again.
      const finders = new Set(answers.flatMap((answer, index) => (answer?.status === 'found' ? [index % 10] : [])));
      expect(finders.size).toBe(1);
    });
  });
}
