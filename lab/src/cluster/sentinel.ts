/** A master, a replica and a Sentinel that promotes the replica when the master fails. All real, all on loopback. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { askRedis } from './ask-redis.ts';
import { ServerStartError } from './errors.ts';
import { releasePort } from './ports.ts';
import { type RedisServer, redisProgram, startRedis } from './redis.ts';
import { isRedisReady } from './redis-ready.ts';
import { type RunningProcess, startProcess } from './running-process.ts';
import { startOnPort } from './start-on-port.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface SentinelOptions {
  /** The group's name, which clients ask for. @default 'main' */
  readonly name?: string;
  /** How long the master may be silent before it counts as failed. @default 500 */
  readonly downAfterMs?: number;
  /** @default 3000 */
  readonly failoverTimeoutMs?: number;
  /** How long it may take until Sentinel knows the replica. @default 20000 */
  readonly deadlineMs?: number;
}

export interface SentinelGroup {
  /** `redis+sentinel://127.0.0.1:PORT?name=NAME` */
  readonly url: string;
  readonly name: string;
  readonly master: RedisServer;
  readonly replica: RedisServer;
  readonly sentinel: RunningProcess;
  readonly sentinelPort: number;
  /** The port of the server that Sentinel calls the master now. */
  masterPort(): Promise<number>;
  stop(): Promise<void>;
}

/** Resolves when the replica is in step and Sentinel knows of it. @throws ServerStartError, ProgramMissingError */
export async function startSentinel(options: SentinelOptions = {}): Promise<SentinelGroup> {
  const { name = 'main', downAfterMs = 500, failoverTimeoutMs = 3000, deadlineMs = 20_000 } = options;
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    // Without the delay a master waits five seconds for further replicas before it sends its data.
    const master = await startRedis({ settings: { 'repl-diskless-sync-delay': '0' } });
    stops.push(() => master.stop());
    const replica = await startRedis({
      settings: { replicaof: `127.0.0.1 ${master.port}`, 'repl-diskless-sync-delay': '0' },
    });
    stops.push(() => replica.stop());
    const lateAt = performance.now() + deadlineMs;
    await waitFor(replica.port, 'replication', /master_link_status:up/, replica.process, lateAt);

    const folder = await temporaryFolder('sentinel');
    stops.push(() => folder.remove());
    const { port, server: sentinel } = await startOnPort(undefined, 'sentinel', async (onPort) => {
      const file = join(folder.path, 'sentinel.conf');
      const settings = [
        'bind 127.0.0.1',
        `port ${onPort}`,
        `dir ${JSON.stringify(folder.path)}`,
        'logfile ""',
        `sentinel monitor ${name} 127.0.0.1 ${master.port} 1`,
        `sentinel down-after-milliseconds ${name} ${downAfterMs}`,
        `sentinel failover-timeout ${name} ${failoverTimeoutMs}`,
        '',
      ];
      await writeFile(file, settings.join('\n'), { mode: 0o600 });
      return startProcess({
        name: `sentinel on port ${onPort}`,
        command: redisProgram(),
        args: [file, '--sentinel'],
        cwd: folder.path,
        readyWhen: ({ pid }) => isRedisReady(onPort, pid),
      });
    });
    stops.push(async () => {
      await sentinel.kill();
      releasePort(port);
    });
    await waitFor(port, 'sentinel', /status=ok,address=[^,]+,slaves=1,/, sentinel, lateAt);
    return {
      url: `redis+sentinel://127.0.0.1:${port}?name=${encodeURIComponent(name)}`,
      name,
      master,
      replica,
      sentinel,
      sentinelPort: port,
      masterPort: async () => {
        const info = await askRedis(['INFO', 'sentinel'], { port });
        return Number(/address=[^,]*:(\d+),/.exec(info)?.[1]);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function waitFor(
  port: number,
  section: string,
  expected: RegExp,
  server: RunningProcess,
  lateAt: number,
): Promise<void> {
  while (!expected.test(await askRedis(['INFO', section], { port }))) {
    if (performance.now() > lateAt) {
      throw new ServerStartError(server.name, `INFO ${section} never showed ${expected.source}`, server.output());
    }
    await delay(10);
  }
}
