/** What the server and the loopback network can do: Redis' own client, in C, with 100 connections and no pipelining. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { addsUnderWay } from './load.ts';

/** LPUSH of 256 bytes per second. @throws Error when the list does not hold as many, or the program is not there */
export async function lpushPerSecond(port: number, tasks: number): Promise<number> {
  const options = ['-p', String(port), '-t', 'lpush', '-n', String(tasks), '-c', String(addsUnderWay), '-d', '256'];
  const { stdout } = await promisify(execFile)('redis-benchmark', [...options, '--csv']);
  const rate = Number(/^"LPUSH[^"]*","([\d.]+)"/m.exec(stdout)?.[1]);
  if (!(rate > 0)) throw new Error('redis-benchmark printed no rate for LPUSH.');
  const redis = new Redis(port, '127.0.0.1', { protocol: 2 });
  try {
    const stored = await redis.llen('mylist');
    if (stored !== tasks) throw new Error(`redis-benchmark stored ${stored} of ${tasks} values.`);
  } finally {
    redis.disconnect();
  }
  return rate;
}
