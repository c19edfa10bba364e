/** What a Redis server says of its own work. */
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';

interface RedisCounters {
  /** CPU time of the server since its start, user and system. */
  readonly cpuMicros: number;
  /** How often it found something to read on a connection: for requests that follow one another, the round trips. */
  readonly reads: number;
  /** Commands it has run, those inside scripts included. */
  readonly commands: number;
  /** How many of them were calls of scripts (EVALSHA). */
  readonly scripts: number;
  /** Memory in use, without the buffers of connections. */
  readonly memoryBytes: number;
}

export interface RedisObserver {
  /** One INFO; its own read is not counted. */
  counters(): Promise<RedisCounters>;
  /** The memory once it has come to rest: tables that grow are moved in the background. */
  settledMemoryBytes(): Promise<number>;
  empty(): Promise<void>;
  close(): void;
}

/** Over a connection of its own, so that only its questions stand between two readings. */
export function observeRedis(url: string): RedisObserver {
  const redis = new Redis(url, { protocol: 2 });
  let questions = 0;

  async function counters(): Promise<RedisCounters> {
    questions++;
    const info = await redis.info('all');
    const number = (name: string) => {
      const value = new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1];
      if (value === undefined) throw new Error(`This server's INFO has no ${name}.`);
      return Number(value);
    };
    let commands = 0;
    let scripts = 0;
    for (const [, name, calls] of info.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)) {
      if (name !== 'info') commands += Number(calls);
      if (name === 'evalsha') scripts += Number(calls);
    }
    return {
      cpuMicros: (number('used_cpu_sys') + number('used_cpu_user')) * 1e6,
      reads: number('total_reads_processed') - questions,
      commands,
      scripts,
      memoryBytes: number('used_memory') - number('mem_clients_normal'),
    };
  }

  return {
    counters,
    settledMemoryBytes: async () => {
      let before = Number.NaN;
      for (let attempt = 0; attempt < 100; attempt++) {
        const { memoryBytes } = await counters();
        if (memoryBytes === before) return memoryBytes;
        before = memoryBytes;
        // Longer than the period of the server's own housekeeping (hz 10).
        await delay(120);
      }
      throw new Error("The server's memory did not come to rest.");
    },
    empty: async () => {
      questions++;
      await redis.flushall('SYNC');
    },
    close: () => redis.disconnect(),
  };
}
