/** Walks through the keys of a server, or of each node of a cluster, without stopping it. */
import { setTimeout as wait } from 'node:timers/promises';
import { clusterSlot } from './cluster-slot.ts';
import { defineScript } from './define-script.ts';
import { RedisReplyError } from './errors.ts';
import type { RedisPort } from './port.ts';

const keyNameScript = defineScript(new URL('./key-name.lua', import.meta.url));

export interface ScanOptions {
  /** How the keys begin. */
  readonly prefix: string;
  /** How they go on, as a glob. */
  readonly rest: string;
  /** About how many keys one call looks at. @default 500 */
  readonly count?: number;
  /** How long to leave the server alone between two calls. @default 0 */
  readonly pauseMs?: number;
}

/**
 * Keys that begin with `prefix` and go on as `rest` says, without a prefix that the client itself puts in front; each
 * once. Remembers all it has told. A key that was there all the time is found, unless the cluster moves it to another
 * node meanwhile.
 */
export async function* scanKeys(redis: RedisPort, options: ScanOptions): AsyncGenerator<readonly string[]> {
  const seen = new Set<string>();
  for await (const found of scanBatches(redis, options)) {
    const fresh = found.filter((name) => !seen.has(name));
    for (const name of fresh) seen.add(name);
    if (fresh.length > 0) yield fresh;
  }
}

/**
 * The same, one batch for each call, empty ones as well, and remembers nothing: a key is told twice when the server
 * changes the size of its table meanwhile.
 */
export async function* scanBatches(
  redis: RedisPort,
  { prefix, rest, count = 500, pauseMs = 0 }: ScanOptions,
): AsyncGenerator<readonly string[]> {
  const atServer = String(await redis.run(keyNameScript, [prefix], []));
  const pattern = `${atServer.replaceAll(/[*?[\]\\^]/g, '\\$&')}${rest}`;
  for (const key of await keyOfEachNode(redis)) {
    let cursor = '0';
    do {
      const scan = ['SCAN', cursor, 'MATCH', pattern, 'COUNT', String(count)];
      const [next, found] = (await redis.command(scan, { key })) as [string, string[]];
      cursor = String(next);
      yield found.map((name) => name.slice(atServer.length - prefix.length));
      if (pauseMs > 0 && cursor !== '0') await wait(pauseMs);
    } while (cursor !== '0');
  }
}

/** For each master a key that is sent to it; any key when this is no cluster. */
export async function keyOfEachNode(redis: RedisPort): Promise<readonly string[]> {
  const ranges = await redis.command(['CLUSTER', 'SLOTS']).catch((error: unknown) => {
    // "This instance has cluster support disabled."
    if (error instanceof RedisReplyError && error.reply === 'ERR') return [];
    throw error;
  });
  const firstSlots = new Map<string, number>();
  for (const [first, , master] of ranges as [number, number, [string, number]][]) {
    const address = `${master[0]}:${master[1]}`;
    if (!firstSlots.has(address)) firstSlots.set(address, Number(first));
  }
  if (firstSlots.size === 0) return ['{any}'];
  return [...firstSlots.values()].map(keyInSlot);
}

function keyInSlot(slot: number): string {
  let number = 0;
  while (clusterSlot(`{${number}}`) !== slot) number++;
  return `{${number}}`;
}
