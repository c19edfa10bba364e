/** Walks through the keys of a server, or of each node of a cluster, without stopping it. */
import { clusterSlot } from '../../redis/cluster-slot.ts';
import { defineScript } from '../../redis/define-script.ts';
import { RedisReplyError } from '../../redis/errors.ts';
import type { RedisPort } from '../../redis/port.ts';

const keyNameScript = defineScript(new URL('./key-name.lua', import.meta.url));

/** Keys that one call looks at. */
const batch = '500';

/**
 * Keys that begin with `prefix` and go on as the glob `rest` says; each once (SCAN may tell one twice). A key that was
 * there all the time is found, unless the cluster moves it to another node meanwhile.
 */
export async function* scanKeys(redis: RedisPort, prefix: string, rest: string): AsyncGenerator<readonly string[]> {
  const pattern = `${(await nameAtServer(redis, prefix)).replaceAll(/[*?[\]\\^]/g, '\\$&')}${rest}`;
  const seen = new Set<string>();
  for (const key of await keyOfEachNode(redis)) {
    let cursor = '0';
    do {
      const scan = ['SCAN', cursor, 'MATCH', pattern, 'COUNT', batch];
      const [next, found] = (await redis.command(scan, { key })) as [string, string[]];
      cursor = String(next);
      const fresh = found.filter((name) => !seen.has(name));
      for (const name of fresh) seen.add(name);
      if (fresh.length > 0) yield fresh;
    } while (cursor !== '0');
  }
}

async function nameAtServer(redis: RedisPort, prefix: string): Promise<string> {
  return String(await redis.run(keyNameScript, [prefix], []));
}

/** For each master a key that is sent to it; any key when this is no cluster. */
async function keyOfEachNode(redis: RedisPort): Promise<readonly string[]> {
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
