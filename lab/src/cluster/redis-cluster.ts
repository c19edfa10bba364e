/** A real Redis Cluster on loopback: some masters that share the slots, without replicas. */
import { setTimeout as delay } from 'node:timers/promises';
import { InvalidOptionError } from 'sallyport';
import { askRedis } from './ask-redis.ts';
import { ServerStartError } from './errors.ts';
import { freePort, isPortFree } from './ports.ts';
import { type RedisServer, startRedis } from './redis.ts';

export interface RedisClusterOptions {
  /** @default 3 */
  readonly masters?: number;
  /** How long a node may be silent before the others call it failed. @default 2000 */
  readonly nodeTimeoutMs?: number;
  /** Further lines of each node's redis.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  /** How long it may take until all nodes agree on the slots. @default 30000 */
  readonly deadlineMs?: number;
}

export interface RedisCluster {
  /** `redis+cluster://127.0.0.1:PORT,127.0.0.1:PORT,…` */
  readonly url: string;
  readonly nodes: readonly RedisServer[];
  stop(): Promise<void>;
}

const slotCount = 16_384;
/** A node's second port, for talking to other nodes, lies this much above the first. */
const busOffset = 10_000;

/** Resolves when every node says `cluster_state:ok`. @throws ServerStartError, ProgramMissingError, InvalidOptionError */
export async function startRedisCluster(options: RedisClusterOptions = {}): Promise<RedisCluster> {
  const { masters = 3, nodeTimeoutMs = 2000, deadlineMs = 30_000 } = options;
  if (!Number.isSafeInteger(masters) || masters < 1 || masters > 16) {
    throw new InvalidOptionError('masters', 'a whole number from 1 to 16');
  }
  const started = await Promise.allSettled(
    Array.from({ length: masters }, async () =>
      startRedis({
        port: await freeNodePort(),
        settings: {
          'cluster-enabled': 'yes',
          'cluster-node-timeout': String(nodeTimeoutMs),
          ...options.settings,
        },
      }),
    ),
  );
  const nodes = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.stop()));
  };
  try {
    const failure = started.find((result) => result.status === 'rejected');
    if (failure !== undefined) throw failure.reason;
    const password = options.settings?.requirepass;
    await shareSlots(nodes, password);
    await agreement(nodes, password, deadlineMs);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`, nodes, stop };
}

async function shareSlots(nodes: readonly RedisServer[], password: string | undefined): Promise<void> {
  for (const [index, { port }] of nodes.entries()) {
    const first = Math.floor((slotCount * index) / nodes.length);
    const end = Math.floor((slotCount * (index + 1)) / nodes.length);
    // One by one in a single command, because ADDSLOTSRANGE is missing before Redis 7.
    const slots = Array.from({ length: end - first }, (_, offset) => String(first + offset));
    await askRedis(['CLUSTER', 'ADDSLOTS', ...slots], { port, password });
    // Distinct epochs spare the nodes a round of settling collisions.
    await askRedis(['CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1)], { port, password });
  }
  const [hub, ...others] = nodes;
  for (const { port } of others) {
    await askRedis(['CLUSTER', 'MEET', '127.0.0.1', String(port)], { port: hub?.port ?? 0, password });
  }
}

async function agreement(
  nodes: readonly RedisServer[],
  password: string | undefined,
  deadlineMs: number,
): Promise<void> {
  const lateAt = performance.now() + deadlineMs;
  for (const { port, process } of nodes) {
    for (;;) {
      const info = await askRedis(['CLUSTER', 'INFO'], { port, password });
      if (/cluster_state:ok/.test(info) && info.includes(`cluster_known_nodes:${nodes.length}\r`)) break;
      if (performance.now() > lateAt) {
        throw new ServerStartError(process.name, `the cluster did not agree within ${deadlineMs} ms`, process.output());
      }
      await delay(25);
    }
  }
}

async function freeNodePort(): Promise<number> {
  for (;;) {
    const port = await freePort();
    if (await isPortFree(port + busOffset)) return port;
  }
}
