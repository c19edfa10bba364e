/** A real redis-server (or valkey-server) on loopback, to be killed, frozen and restarted. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ProgramMissingError } from './errors.ts';
import { findProgram } from './find-program.ts';
import { releasePort, requirePortFree } from './ports.ts';
import { type Persistence, redisConfiguration } from './redis-configuration.ts';
import { isRedisReady } from './redis-ready.ts';
import { type ProcessExit, type RunningProcess, startProcess } from './running-process.ts';
import { startOnPort } from './start-on-port.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface RedisOptions {
  /** @default a free one */
  readonly port?: number;
  /** What survives a restart. @default 'none' */
  readonly persistence?: Persistence;
  /** Where it keeps its files; stays when the server is stopped. @default a temporary folder, removed at `stop` */
  readonly folder?: string;
  /** Further lines of redis.conf, e.g. `{ maxmemory: '64mb' }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The server's executable. @default redis-server or valkey-server, found on PATH */
  readonly program?: string;
  /** How long a start may take. @default 10000 */
  readonly deadlineMs?: number;
}

export interface RedisServer {
  /** `redis://127.0.0.1:PORT`, with the password when `requirepass` was set. */
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  /** Of the present process; changes at a restart. */
  readonly pid: number;
  readonly process: RunningProcess;
  /** SIGKILL: nothing is saved. Resolves when it is gone. */
  kill(): Promise<ProcessExit>;
  /** SIGTERM: Redis saves what its persistence asks for, then exits. Resolves when it is gone. */
  terminate(): Promise<ProcessExit>;
  /** SIGSTOP: connections stay open and nothing answers. @throws ServerGoneError */
  freeze(): Promise<void>;
  /** @throws ServerGoneError */
  thaw(): Promise<void>;
  /**
   * Starts it again, same port, folder and settings; resolves when it has loaded its data. When it still runs, it is
   * terminated first.
   */
  restart(): Promise<void>;
  /** Ends it for good and removes its temporary folder. */
  stop(): Promise<void>;
}

const terminationMs = 10_000;

/**
 * Resolves when the server answers and has loaded its data.
 * @throws ServerStartError
 * @throws PortTakenError when the port that was asked for is in use.
 * @throws ProgramMissingError
 */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const program = redisProgram(options.program);
  const { persistence = 'none', settings = {}, deadlineMs = 10_000 } = options;
  const temporary = options.folder === undefined ? await temporaryFolder('redis') : undefined;
  const folder = options.folder ?? temporary?.path ?? '';
  const password = settings.requirepass;

  async function start(onPort: number): Promise<RunningProcess> {
    const file = join(folder, 'redis.conf');
    await writeFile(file, redisConfiguration({ port: onPort, folder, persistence, settings }), { mode: 0o600 });
    return startProcess({
      name: `redis on port ${onPort}`,
      command: program,
      args: [file],
      cwd: folder,
      readyWhen: ({ pid }) => isRedisReady(onPort, pid, password),
      deadlineMs,
    });
  }

  const { port, server } = await startOnPort(options.port, 'redis', start).catch(async (error: unknown) => {
    await temporary?.remove();
    throw error;
  });
  let running = server;

  return {
    url: `redis://${password === undefined ? '' : `:${encodeURIComponent(password)}@`}127.0.0.1:${port}`,
    port,
    folder,
    get pid() {
      return running.pid;
    },
    get process() {
      return running;
    },
    kill: () => running.kill('SIGKILL'),
    terminate: () => running.stop(terminationMs),
    freeze: () => running.freeze(),
    thaw: () => running.thaw(),
    restart: async () => {
      await running.stop(terminationMs);
      await requirePortFree(port, 'redis');
      running = await start(port);
    },
    stop: async () => {
      await running.kill('SIGKILL');
      await temporary?.remove();
      releasePort(port);
    },
  };
}

/** @throws ProgramMissingError */
export function redisProgram(given?: string): string {
  const program = given ?? findProgram(['redis-server', 'valkey-server']);
  if (program === undefined) throw new ProgramMissingError('redis-server', 'sudo apt-get install -y redis-server');
  return program;
}
