/** Tasks that are added again and again, by a cron expression or at an interval. Any worker adds them when they are due. */
import { InvalidOptionError } from '../errors.ts';
import { shortText } from '../option-checks.ts';
import { emit } from '../telemetry/events.ts';
import type { AddOptions } from './options.ts';
import { dueSlots, firstSlot, type ScheduleTimes, slotsOf } from './schedule-slots.ts';
import type { NewTask, ScheduleStore } from './store.ts';

export interface ScheduleOptions<Payload> extends ScheduleTimes {
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
  /**
   * Adds or replaces the schedule of this name. Putting the same one again changes nothing.
   * @throws InvalidOptionError, PayloadError
   */
  put(name: string, schedule: ScheduleOptions<Payload>): Promise<void>;
  /** @returns whether it was there */
  remove(name: string): Promise<boolean>;
  list(): Promise<ScheduleState<Payload>[]>;
  /**
   * Called by workers: adds the tasks of schedules that are due.
   * @param options.leaseMs Of the worker, which may be so busy that it sees what is due only as often as it has to.
   * @returns false when one of them could not be fired; `queue.schedule.failed` tells why
   */
  fire(names: readonly string[], options?: { readonly leaseMs?: number }): Promise<boolean>;
}

interface DueSchedule {
  readonly spec: string;
  readonly nextAt: number;
  /** Of the store's clock. */
  readonly seenAt: number;
  readonly punctualMs: number;
}

interface Drafting {
  readonly queue: string;
  /** @throws PayloadError, also as a rejection */
  check(payload: unknown): unknown;
  /** @throws InvalidOptionError, PayloadError */
  draft(payload: unknown, options: AddOptions): { readonly id: string; readonly task: NewTask };
}

/** A slot that a worker sees this late was not missed: it was only not seen at once. */
const leastPunctualMs = 10_000;
/** The last moment that a `Date` knows, for a cron expression whose years are over. */
const never = 8.64e15;

export function createSchedules<Payload>(store: ScheduleStore, { queue, check, draft }: Drafting): Schedules<Payload> {
  return {
    put: async (name, schedule) => {
      shortText('schedule.name', name);
      const slots = slotsOf(schedule);
      // Refused now and not when it is due.
      await check(schedule.payload);
      draft(schedule.payload, schedule.options ?? {});
      const { missed = 'once' } = schedule;
      if (!['skip', 'once', 'all'].includes(missed)) {
        throw new InvalidOptionError('schedule.missed', "'skip', 'once' or 'all'");
      }
      const spec = JSON.stringify(schedule);
      // By the store's clock, as all that follows.
      const { now } = await store.get([]);
      await store.put(name, spec, firstSlot(slots, now));
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
    fire: async (names, { leaseMs = 0 } = {}) => {
      const { now, schedules } = await store.get(names);
      const punctualMs = Math.max(leastPunctualMs, leaseMs);
      let fired = true;
      for (const [index, name] of names.entries()) {
        const entry = schedules[index];
        if (entry === undefined) continue;
        try {
          await fireOne(name, { ...entry, seenAt: now, punctualMs });
        } catch (error) {
          fired = false;
          emit('queue.schedule.failed', { queue, name, error });
        }
      }
      return fired;
    },
  };

  async function fireOne(name: string, { spec, nextAt, seenAt, punctualMs }: DueSchedule): Promise<void> {
    const schedule = JSON.parse(spec) as ScheduleOptions<Payload>;
    const slots = slotsOf(schedule);
    // It was due when the turn looked; a clock that was set back since makes no difference.
    const now = Math.max(seenAt, nextAt);
    const count = dueSlots(slots, { first: nextAt, now, punctualMs }, schedule.missed ?? 'once');
    const tasks = Array.from({ length: count }, () => draft(schedule.payload, schedule.options ?? {}).task);
    const next = slots.after(now) ?? never;
    // Exactly one of all workers that see this slot gets true.
    if (await store.fire(name, spec, nextAt, next, tasks)) {
      emit('queue.schedule.fired', { queue, name, tasks: tasks.length });
    }
  }
}
