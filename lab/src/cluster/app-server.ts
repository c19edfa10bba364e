/** One application server of the lab: a Node process that runs a given file on a given port. */
import { get } from 'node:http';
import { fileURLToPath } from 'node:url';
import { nodeArguments } from './node-arguments.ts';
import { releasePort, requirePortFree } from './ports.ts';
import { type ProcessExit, type RunningProcess, startProcess } from './running-process.ts';
import { startOnPort } from './start-on-port.ts';

export interface AppServerOptions {
  /** The file that Node runs; it listens on `PORT` of 127.0.0.1 and answers `GET /health` with 200. */
  readonly entry: URL | string;
  /** Passed as `SERVER_ID`. */
  readonly id: string;
  /** Passed as `PORT`. @default a free one */
  readonly port?: number;
  /** Further variables; of our own environment only PATH, HOME, LANG, LC_ALL, TZ and TMPDIR are passed on. */
  readonly env?: Readonly<Record<string, string>>;
  /** @default 10000 */
  readonly deadlineMs?: number;
}

export interface AppServer {
  readonly id: string;
  readonly port: number;
  readonly url: string;
  /** Of the present process; changes at a restart. */
  readonly pid: number;
  readonly process: RunningProcess;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<ProcessExit>;
  /** SIGSTOP: its port accepts connections and nothing answers. @throws ServerGoneError */
  freeze(): Promise<void>;
  /** @throws ServerGoneError */
  thaw(): Promise<void>;
  /** Starts it again with the same id, port and variables; stops it first when it still runs. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Resolves when `GET /health` answers 200.
 * @throws ServerStartError
 * @throws PortTakenError when the port that was asked for is in use.
 */
export async function startAppServer(options: AppServerOptions): Promise<AppServer> {
  const { id, deadlineMs = 10_000 } = options;
  const entry = options.entry instanceof URL ? fileURLToPath(options.entry) : options.entry;
  const name = `server ${id}`;

  const start = (onPort: number): Promise<RunningProcess> =>
    startProcess({
      name: `${name} on port ${onPort}`,
      command: process.execPath,
      args: [...nodeArguments(), entry],
      env: { ...options.env, SERVER_ID: id, PORT: String(onPort) },
      readyWhen: () => isHealthy(onPort),
      deadlineMs,
      pollMs: 15,
    });

  const { port, server } = await startOnPort(options.port, name, start);
  let running = server;
  return {
    id,
    port,
    url: `http://127.0.0.1:${port}`,
    get pid() {
      return running.pid;
    },
    get process() {
      return running;
    },
    kill: () => running.kill('SIGKILL'),
    freeze: () => running.freeze(),
    thaw: () => running.thaw(),
    restart: async () => {
      await running.stop();
      await requirePortFree(port, name);
      running = await start(port);
    },
    stop: async () => {
      await running.stop();
      releasePort(port);
    },
  };
}

function isHealthy(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ port, host: '127.0.0.1', path: '/health', agent: false, timeout: 1000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}
