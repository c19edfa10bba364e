/** Tasks that are added again and again, by a cron expression or at an interval. Any worker adds them when they are due. */
import { Cron } from 'croner';
import { InvalidOptionError } from '../errors.ts';
import { shortText, wholeNumber } from '../option-checks.ts';
import { emit } from '../telemetry/events.ts';
import type { AddOptions } from './options.ts';
import type { NewTask, ScheduleStore } from './store.ts';

export interface ScheduleOptions<Payload> {
  /** Five or six fields, e.g. `0 3 * * MON-FRI`; the sixth, in front, is for seconds. */
  readonly cron?: string;
  /** In the place of `cron`: every so many seconds, counted from the epoch, so that all servers agree. */
  readonly everySeconds?: number;
  /** IANA name, e.g. `Europe/Berlin`, for `cron`. @default 'UTC' */
  readonly timeZone?: string;
  readonly payload: Payload;
  /** Of each task. */
  readonly options?: Pick<AddOptions, 'type' | 'key' | 'priority' | 'attempts'>;
  /**
   * What becomes of times that passed while no worker ran: `skip` all of them, run `once` for all, or run `all`, the
   * latest hundred at most.
   * @default 'once'
   */
  readonly missed?: 'skip' | 'once' | 'all';
}

export interface ScheduleState<Payload> extends ScheduleOptions<Payload> {
  readonly name: string;
  readonly nextAt: Date;
}

export interface Schedules<Payload> {
  /** Adds or replaces the schedule of this name. Putting the same one again changes nothing. @throws InvalidOptionError */
  put(name: string, schedule: ScheduleOptions<Payload>): Promise<void>;
  /** @returns whether it was there */
  remove(name: string): Promise<boolean>;
  list(): Promise<ScheduleState<Payload>[]>;
  /**
   * Called by workers: adds the tasks of schedules that are due.
   * @returns false when one of them could not be fired; `queue.schedule.failed` tells why
   */
  fire(names: readonly string[]): Promise<boolean>;
}

interface Drafting {
  readonly queue: string;
  /** @throws InvalidOptionError, PayloadError */
  draft(payload: unknown, options: AddOptions): { readonly id: string; readonly task: NewTask };
}

const mostMissed = 100;
/** A slot that a worker sees this late was not missed: it was only not seen at once. */
const punctualMs = 10_000;

export function createSchedules<Payload>(store: ScheduleStore, { queue, draft }: Drafting): Schedules<Payload> {
  return {
    put: async (name, schedule) => {
      shortText('schedule.name', name);
      const slots = slotsOf(schedule);
      // Refused now and not when it is due.
      draft(schedule.payload, schedule.options ?? {});
      const { missed = 'once' } = schedule;
      if (!['skip', 'once', 'all'].includes(missed)) {
        throw new InvalidOptionError('schedule.missed', "'skip', 'once' or 'all'");
      }
      const spec = JSON.stringify(schedule);
      await store.put(name, spec, slots.after(Date.now()));
    },
    remove: (name) => store.remove(name),
    list: async () => {
      const found = await store.list();
      return found.map(({ name, spec, nextAt }) => ({
        ...(JSON.parse(spec) as ScheduleOptions<Payload>),
        name,
        nextAt: new Date(nextAt),
      }));
    },
    fire: async (names) => {
      const found = await store.get(names);
      let fired = true;
      for (const [index, name] of names.entries()) {
        const entry = found[index];
        if (entry === undefined) continue;
        try {
          await fireOne(name, entry);
        } catch (error) {
          fired = false;
          emit('queue.schedule.failed', { queue, name, error });
        }
      }
      return fired;
    },
  };

  async function fireOne(name: string, { spec, nextAt }: { spec: string; nextAt: number }): Promise<void> {
    const schedule = JSON.parse(spec) as ScheduleOptions<Payload>;
    const slots = slotsOf(schedule);
    // The store decides whether it is due, by its own clock, which may be ahead of ours.
    const now = Math.max(Date.now(), nextAt);
    const due = dueSlots(slots, nextAt, now, schedule.missed ?? 'once');
    const tasks = due.map(() => draft(schedule.payload, schedule.options ?? {}).task);
    const next = slots.after(now);
    // Exactly one of all workers that see this slot gets true.
    if (await store.fire(name, spec, nextAt, next, tasks)) {
      emit('queue.schedule.fired', { queue, name, tasks: tasks.length });
    }
  }
}

function dueSlots(slots: Slots, first: number, now: number, missed: 'skip' | 'once' | 'all'): number[] {
  const due: number[] = [];
  for (let slot = first; slot <= now && due.length < 100_000; slot = slots.after(slot)) due.push(slot);
  if (missed === 'all') return due.slice(-mostMissed);
  const latest = due.at(-1) ?? first;
  return missed === 'once' || now - latest <= punctualMs ? [latest] : [];
}

interface Slots {
  /** The first slot later than this moment, Unix ms. */
  after(ms: number): number;
}

/** @throws InvalidOptionError */
function slotsOf({ cron, everySeconds, timeZone = 'UTC' }: ScheduleOptions<unknown>): Slots {
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
  return {
    after: (ms) => {
      const next = pattern.nextRun(new Date(ms));
      if (next === null) throw new InvalidOptionError('schedule.cron', 'an expression that is due again some day');
      return next.getTime();
    },
  };
}
