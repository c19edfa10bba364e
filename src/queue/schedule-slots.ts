/** When a schedule is due: its slots, which all servers compute alike. */
import { Cron } from 'croner';
import { InvalidOptionError } from '../errors.ts';
import { wholeNumber } from '../option-checks.ts';

export interface ScheduleTimes {
  /** Five or six fields, e.g. `0 3 * * MON-FRI`; the sixth, in front, is for seconds. */
  readonly cron?: string;
  /** In the place of `cron`: every so many seconds, counted from the epoch, so that all servers agree. */
  readonly everySeconds?: number;
  /** IANA name, e.g. `Europe/Berlin`, for `cron`. @default 'UTC' */
  readonly timeZone?: string;
}

export interface Slots {
  /** The first slot later than this moment, Unix ms; `undefined` when there is none any more. */
  after(ms: number): number | undefined;
}

/** @throws InvalidOptionError */
export function slotsOf({ cron, everySeconds, timeZone = 'UTC' }: ScheduleTimes): Slots {
  if ((cron === undefined) === (everySeconds === undefined)) {
    throw new InvalidOptionError('schedule', 'given either cron or everySeconds');
  }
  if (everySeconds !== undefined) {
    const everyMs = 1000 * wholeNumber('schedule.everySeconds', everySeconds, 1, 1e9);
    return { after: (ms) => (Math.floor(ms / everyMs) + 1) * everyMs };
  }
  let pattern: Cron;
  try {
    pattern = new Cron(cron ?? '', { timezone: timeZone, paused: true });
    pattern.nextRun();
  } catch (cause) {
    throw new InvalidOptionError('schedule.cron', 'a cron expression in a known time zone', { cause });
  }
  return { after: (ms) => pattern.nextRun(new Date(ms))?.getTime() };
}

/**
 * The slot to begin with.
 * @throws InvalidOptionError for what is not due again after it, such as a date, which a cron expression may be
 */
export function firstSlot(slots: Slots, now: number): number {
  const first = slots.after(now);
  if (first === undefined || slots.after(first) === undefined) {
    throw new InvalidOptionError(
      'schedule.cron',
      'an expression that is due again and again; for one time there is runAt',
    );
  }
  return first;
}

const mostMissed = 100;

/**
 * How many of the slots from `first` to `now` are to be run. However many have passed, few are looked at.
 * @param punctualMs A slot that is seen this late was not missed: it was only not seen at once.
 */
export function dueSlots(
  slots: Slots,
  { first, now, punctualMs }: { readonly first: number; readonly now: number; readonly punctualMs: number },
  missed: 'skip' | 'once' | 'all',
): number {
  if (missed === 'once') return 1;
  if (missed === 'skip')
    return (slots.after(Math.max(first, now - punctualMs) - 1) ?? Number.POSITIVE_INFINITY) <= now ? 1 : 0;
  let count = 0;
  for (let slot: number | undefined = first; slot !== undefined && slot <= now; slot = slots.after(slot)) {
    if (++count === mostMissed) break;
  }
  return count;
}
