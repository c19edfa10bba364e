import { slotKeys } from '../redis/keys.ts';
import type { RedisPort } from '../redis/port.ts';
import { fireScheduleScript, putScheduleScript, readSchedulesScript, removeScheduleScript } from './redis-scripts.ts';
import { addCall } from './redis-tasks.ts';
import type { ScheduleStore } from './store.ts';

interface Schedule {
  readonly name: string;
  readonly spec: string;
  readonly nextAt: number;
}

export function redisSchedules(redis: RedisPort, base: string): ScheduleStore {
  const keys = slotKeys(base);

  async function read(args: readonly string[]): Promise<{ now: number; found: Schedule[] }> {
    const [now, ...flat] = (await redis.run(readSchedulesScript, keys, args)) as string[];
    const found: Schedule[] = [];
    for (let index = 0; index < flat.length; index += 3) {
      const [name = '', spec = '', nextAt] = flat.slice(index, index + 3);
      found.push({ name, spec, nextAt: Number(nextAt) });
    }
    return { now: Number(now), found };
  }

  return {
    put: async (name, spec, nextAt) => {
      await redis.run(putScheduleScript, keys, [name, spec, String(nextAt)]);
    },
    remove: async (name) => (await redis.run(removeScheduleScript, keys, [name])) === 1,
    list: async () => (await read(['all'])).found,
    get: async (names) => {
      const { now, found } = await read(['some', ...names]);
      const byName = new Map(found.map(({ name, spec, nextAt }) => [name, { spec, nextAt }]));
      return { now, schedules: names.map((name) => byName.get(name)) };
    },
    fire: async (name, spec, dueAt, nextAt, tasks) => {
      const args = [name, spec, String(dueAt), String(nextAt), ...addCall(tasks).args];
      return (await redis.run(fireScheduleScript, keys, args)) === 1;
    },
  };
}
