/** What Redis itself holds of one user, without any of Sallyport's scripts. */
import { createHash } from 'node:crypto';
import { connectRedis, type RedisPort } from 'sallyport/redis';

export interface UserKeys {
  /** Hashes of the sessions that live. */
  readonly live: readonly string[];
  /** Hashes that are on the user's list. */
  readonly listed: readonly string[];
}

export class KeyInspector {
  readonly #nodes: readonly RedisPort[];

  constructor(urls: readonly string[]) {
    this.#nodes = urls.map((url) => connectRedis(url, { deadlineMs: 5_000 }));
  }

  async keysOf(namespace: string, userId: string): Promise<UserKeys> {
    const tag = createHash('sha256').update(userId).digest().subarray(0, 8).toString('base64url');
    const live: string[] = [];
    const listed: string[] = [];
    for (const node of this.#nodes) {
      for (const key of (await node.command(['KEYS', `${namespace}:*{${tag}}*`])) as string[]) {
        const hash = key.slice(-22);
        if (key.endsWith('}')) {
          const members = (await node.command(['ZRANGE', key, '0', '-1'])) as string[];
          listed.push(...members.map((member) => member.slice(0, 22)));
        } else if (await isLive(node, key)) {
          live.push(hash);
        }
      }
    }
    return { live, listed };
  }

  async empty(): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.command(['FLUSHALL'], { key: 'any' })));
  }

  async close(): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.close()));
  }
}

async function isLive(node: RedisPort, key: string): Promise<boolean> {
  if ((await node.command(['TYPE', key])) === 'string')
    return String(await node.command(['GET', key])).startsWith('S1');
  return (await node.command(['HEXISTS', key, 'ended'])) === 0;
}
