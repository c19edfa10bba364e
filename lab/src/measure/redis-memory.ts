/**
 * What Redis holds in memory. The difference of two readings is the cost of what was stored in between; `MEMORY USAGE`
 * leaves out the tables of keys and of expiries.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { askRedis, RedisAnswerError, type RedisQuestion } from '../cluster/index.ts';

export interface RedisMemoryQuestion extends RedisQuestion {
  /** How long the reading has to stay the same. @default 300 */
  readonly quietMs?: number;
  /** How long to wait for that. @default 5000 */
  readonly settleLimitMs?: number;
  readonly signal?: AbortSignal;
}

/** Plain JSON, to be recorded as it is. */
export type RedisMemory = {
  /** `used_memory`: what Redis has allocated. */
  readonly usedBytes: number;
  /** `used_memory_rss`: what the system has given it. */
  readonly residentBytes: number;
  /** False when it was still changing at the time limit: background work went on, or somebody wrote. */
  readonly settled: boolean;
};

interface Reading {
  readonly usedBytes: number;
  readonly residentBytes: number;
  readonly pendingFrees: number;
}

const pollMs = 50;
/** The asking connection's own buffers come and go. */
const toleranceBytes = 16 * 1024;

/**
 * Reads `INFO memory` until nothing waits to be freed in the background and `used_memory` has stayed the same for a
 * while: a large key is freed later than it is deleted, and a grown table of keys frees its old half bit by bit.
 * @throws RedisAnswerError
 */
export async function readRedisMemory({
  quietMs = 300,
  settleLimitMs = 5000,
  signal,
  ...question
}: RedisMemoryQuestion): Promise<RedisMemory> {
  const lateAt = performance.now() + settleLimitMs;
  let quietSince = performance.now();
  let quiet = await read(question);
  let latest = quiet;
  for (;;) {
    const now = performance.now();
    const settled = latest.pendingFrees === 0 && now - quietSince >= quietMs;
    if (settled || now >= lateAt) {
      return { usedBytes: latest.usedBytes, residentBytes: latest.residentBytes, settled };
    }
    await delay(pollMs, undefined, signal === undefined ? {} : { signal });
    latest = await read(question);
    if (Math.abs(latest.usedBytes - quiet.usedBytes) > toleranceBytes) {
      quietSince = performance.now();
      quiet = latest;
    }
  }
}

async function read(question: RedisQuestion): Promise<Reading> {
  const info = await askRedis(['INFO', 'memory'], question);
  const field = (name: string): number => {
    const value = new RegExp(`^${name}:(\\d+)\r?$`, 'm').exec(info)?.[1];
    if (value === undefined) throw new RedisAnswerError(`INFO memory of port ${question.port} has no ${name}.`);
    return Number(value);
  };
  return {
    usedBytes: field('used_memory'),
    residentBytes: field('used_memory_rss'),
    pendingFrees: field('lazyfree_pending_objects'),
  };
}
