import { describe, expect, it } from 'vitest';
import { dueSlots, firstSlot, type ScheduleTimes, slotsOf } from '../../src/queue/schedule-slots.ts';

const monday = Date.UTC(2026, 10, 16);
const hourMs = 3_600_000;

function due(times: ScheduleTimes, missed: 'skip' | 'once' | 'all', lateMs: number, punctualMs = 10_000): number {
  const slots = slotsOf(times);
  const first = firstSlot(slots, monday - 1);
  return dueSlots(slots, { first, now: first + lateMs, punctualMs }, missed);
}

describe('the slots of a schedule', () => {
  it('are later than the moment asked for', () => {
    for (const times of [{ everySeconds: 3600 }, { cron: '0 * * * *' }]) {
      const slots = slotsOf(times);
      expect([monday - 1, monday, monday + 1].map((ms) => slots.after(ms))).toEqual([
        monday,
        monday + hourMs,
        monday + hourMs,
      ]);
    }
  });

  it('begin only where they go on: a date is no schedule', () => {
    const refused = expect.objectContaining({ code: 'ERR_INVALID_OPTION', option: 'schedule.cron' });
    for (const cron of ['2026-11-21T19:02:18', '2020-01-01T00:00:00', '0 0 30 2 *', '0 0 0 1 1 * 2027']) {
      expect(() => firstSlot(slotsOf({ cron }), monday), cron).toThrowError(refused);
    }
    expect(firstSlot(slotsOf({ cron: '0 0 29 2 *' }), monday)).toBe(Date.UTC(2028, 1, 29));
    // One with years goes on until they are over.
    const years = slotsOf({ cron: '0 0 0 1 1 * 2027-2028' });
    expect(years.after(firstSlot(years, monday))).toBe(Date.UTC(2028, 0, 1));
    expect(years.after(Date.UTC(2028, 0, 1))).toBeUndefined();
  });

  it('that were missed are run once, or all up to a hundred, or not at all', () => {
    const everyHour: ScheduleTimes[] = [{ everySeconds: 3600 }, { cron: '0 * * * *' }];
    for (const times of everyHour) {
      const counts = (missed: 'skip' | 'once' | 'all') =>
        [0, 9_000, 11_000, hourMs + 9_000, 3.5 * hourMs, 200 * hourMs + 11_000].map((lateMs) =>
          due(times, missed, lateMs),
        );
      expect(counts('once')).toEqual([1, 1, 1, 1, 1, 1]);
      expect(counts('all')).toEqual([1, 1, 1, 2, 4, 100]);
      expect(counts('skip')).toEqual([1, 1, 0, 1, 0, 0]);
      expect(due(times, 'skip', 29_000, 30_000)).toBe(1);
    }
  });

  it('that were missed for years cost no more than a few', () => {
    let looked = 0;
    const everySecond = slotsOf({ everySeconds: 1 });
    const slots = {
      after: (ms: number) => {
        looked++;
        return everySecond.after(ms);
      },
    };
    const times = { first: monday, now: monday + 3 * 365 * 24 * hourMs, punctualMs: 10_000 };
    expect((['once', 'all', 'skip'] as const).map((missed) => dueSlots(slots, times, missed))).toEqual([1, 100, 1]);
    expect(looked).toBeLessThan(110);
  });
});
