import type { Clock } from '../clock.ts';
import type { NewTask, ScheduleStore } from './store.ts';

interface Schedule {
  readonly spec: string;
  readonly nextAt: number;
}

export interface MemorySchedules extends ScheduleStore {
  due(): string[];
  /** When the next one is due. */
  nextAt(): number | undefined;
}

export function memorySchedules(
  clock: Clock,
  { wake, add }: { wake(): void; add(tasks: readonly NewTask[]): void },
): MemorySchedules {
  const schedules = new Map<string, Schedule>();

  function nextAt(): number | undefined {
    let earliest: number | undefined;
    for (const { nextAt: at } of schedules.values()) if (earliest === undefined || at < earliest) earliest = at;
    return earliest;
  }

  return {
    put: async (name, spec, at) => {
      if (schedules.get(name)?.spec === spec) return;
      const earliest = nextAt();
      schedules.set(name, { spec, nextAt: at });
      // It falls due before any worker expects it.
      if (earliest === undefined || at < earliest) wake();
    },
    remove: async (name) => schedules.delete(name),
    list: async () =>
      [...schedules].map(([name, schedule]) => ({ name, ...schedule })).sort((a, b) => a.nextAt - b.nextAt),
    get: async (names) => ({ now: clock.now(), schedules: names.map((name) => schedules.get(name)) }),
    fire: async (name, spec, dueAt, at, tasks) => {
      const known = schedules.get(name);
      if (known?.nextAt !== dueAt || known.spec !== spec || dueAt > clock.now()) return false;
      schedules.set(name, { spec, nextAt: at });
      add(tasks);
      return true;
    },
    due: () => {
      const now = clock.now();
      return [...schedules].flatMap(([name, { nextAt: at }]) => (at <= now ? [name] : [])).slice(0, mostAtOnce);
    },
    nextAt,
  };
}

const mostAtOnce = 16;
