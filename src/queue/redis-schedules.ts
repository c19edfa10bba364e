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

  async function read(args: readonly string[]): Promise<Schedule[]> {
    const flat = (await redis.run(readSchedulesScript, keys, args)) as string[];
    const found: Schedule[] = [];
    for (let index = 0; index < flat.length; index += 3) {
      const [name = '', spec = '', nextAt] = flat.slice(index, index + 3);
      found.push({ name, spec, nextAt: Number(nextAt) });
    }
    return found;
  }

  return {
    put: async (name, spec, nextAt) => {
      await redis.run(putScheduleScript, keys, [name, spec, String(nextAt)]);
    },
    remove: async (name) => (await redis.run(removeScheduleScript, keys, [name])) === 1,
    list: () => read(['all']),
    get: async (names) => {
      const found = new Map((await read(['some', ...names])).map((each) => [each.name, each]));
      return names.map((name) => {
        const { spec, nextAt } = found.get(name) ?? {};
        return spec === undefined || nextAt === undefined ? undefined : { spec, nextAt };
      });
    },
    fire: async (name, spec, dueAt, nextAt, tasks) => {
      const args = [name, spec, String(dueAt), String(nextAt), ...addCall(tasks).args];
      return (await redis.run(fireScheduleScript, keys, args)) === 1;
    },
  };
}
