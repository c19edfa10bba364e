/** Moves a slot of a Redis Cluster as its own tool does, step by step. */
import { Redis } from 'ioredis';

interface Node {
  readonly port: number;
}

/**
 * @param pause between the steps, when a slot is on its way and its keys may be at either node
 * @param moved after every three keys
 */
export async function moveSlot(
  nodes: readonly Node[],
  slot: number,
  to: Node,
  pause: () => Promise<void>,
  moved: () => Promise<void> = async () => {},
): Promise<void> {
  const clients = nodes.map(({ port }) => new Redis({ port, host: '127.0.0.1' }));
  try {
    const ids = await Promise.all(clients.map((client) => client.call('CLUSTER', 'MYID') as Promise<string>));
    const target = nodes.findIndex(({ port }) => port === to.port);
    const [first] = clients as [Redis];
    const shards = (await first.call('CLUSTER', 'SLOTS')) as [number, number, [string, number]][];
    const ownerPort = shards.find(([low, high]) => low <= slot && slot <= high)?.[2][1];
    const source = nodes.findIndex(({ port }) => port === ownerPort);
    if (source === -1 || source === target) return;
    await clients[target]!.call('CLUSTER', 'SETSLOT', String(slot), 'IMPORTING', ids[source]!);
    await clients[source]!.call('CLUSTER', 'SETSLOT', String(slot), 'MIGRATING', ids[target]!);
    await pause();
    for (;;) {
      const keys = (await clients[source]!.call('CLUSTER', 'GETKEYSINSLOT', String(slot), '3')) as string[];
      if (keys.length === 0) break;
      await clients[source]!.call('MIGRATE', '127.0.0.1', String(to.port), '', '0', '5000', 'KEYS', ...keys);
      await moved();
    }
    await pause();
    const others = [...nodes.keys()].filter((index) => index !== target && index !== source);
    // The new owner first, so that no moment is without one.
    for (const index of [target, source, ...others]) {
      await clients[index]!.call('CLUSTER', 'SETSLOT', String(slot), 'NODE', ids[target]!);
    }
  } finally {
    for (const client of clients) client.disconnect();
  }
}
