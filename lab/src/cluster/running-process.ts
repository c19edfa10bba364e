/** One server as a child process: started, watched until it is ready, frozen, killed, stopped. */
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { forgetGroup, keepGroup, watchedCommand } from './child-reaper.ts';
import { ServerGoneError, ServerStartError } from './errors.ts';
import { OutputTail } from './output-tail.ts';
import { groupMembers } from './process-group.ts';
import { isStopped } from './process-state.ts';
import { serverEnvironment } from './server-environment.ts';

export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RunningProcess {
  /** What it is, for messages, e.g. `redis on port 21877`. */
  readonly name: string;
  readonly pid: number;
  /** Settles once, when the process is gone; never rejects. */
  readonly exited: Promise<ProcessExit>;
  readonly isRunning: boolean;
  /** The last 8 KB of standard output and error. */
  output(): string;
  /** Sends a signal and waits for the end. SIGKILL reaches its children as well. Does nothing when it has exited. @default 'SIGKILL' */
  kill(signal?: NodeJS.Signals): Promise<ProcessExit>;
  /** SIGSTOP; resolves when the kernel has really stopped it. @throws ServerGoneError */
  freeze(): Promise<void>;
  /** SIGCONT. @throws ServerGoneError */
  thaw(): Promise<void>;
  /** SIGTERM, and SIGKILL when it is still there after the deadline. @default 5000 */
  stop(deadlineMs?: number): Promise<ProcessExit>;
}

export interface ProcessOptions {
  readonly name: string;
  /** A path, or a name to be found on PATH. */
  readonly command: string;
  readonly args: readonly string[];
  /** Added to PATH, HOME, LANG, LC_ALL, TZ and TMPDIR, the only variables that are passed on. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Asked again and again until it says true. An error counts as "not yet" and is the cause when time runs out. */
  readonly readyWhen: (process: RunningProcess) => Promise<boolean>;
  /** @default 10000 */
  readonly deadlineMs?: number;
  /** Pause between two questions. @default 5 */
  readonly pollMs?: number;
}

/**
 * Starts a server in a process group of its own and waits until it is ready.
 * @throws ServerStartError when it exits or is not ready within its deadline; nothing is left running then.
 */
export async function startProcess(options: ProcessOptions): Promise<RunningProcess> {
  const { name, readyWhen, deadlineMs = 10_000, pollMs = 5 } = options;
  const started = launch(options);
  let cause: unknown;
  const ready = (async () => {
    while (started.isRunning) {
      try {
        if (await readyWhen(started)) return 'ready' as const;
      } catch (error) {
        cause = error;
      }
      await delay(pollMs);
    }
    return 'exited' as const;
  })();
  const deadline = new AbortController();
  const outcome = await Promise.race([
    ready,
    started.exited.then(() => 'exited' as const),
    delay(deadlineMs, 'late' as const, { signal: deadline.signal }).catch(() => 'late' as const),
  ]);
  deadline.abort();
  if (outcome === 'ready' && started.isRunning) return started;
  const { code, signal } = await started.kill();
  const problem =
    outcome === 'late'
      ? `it was not ready within ${deadlineMs} ms`
      : `it exited with ${signal === null ? `code ${code}` : `signal ${signal}`}`;
  throw new ServerStartError(name, problem, started.output(), cause === undefined ? {} : { cause });
}

function launch({ name, command, args, env, cwd }: ProcessOptions): RunningProcess {
  const watched = watchedCommand(command, args);
  const child: ChildProcess = spawn(watched.file, watched.args, {
    ...(cwd === undefined ? {} : { cwd }),
    detached: true,
    env: serverEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe', watched.pipe],
  });
  const output = new OutputTail(8 * 1024);
  child.stdout?.on('data', (chunk: Buffer) => output.add(chunk));
  child.stderr?.on('data', (chunk: Buffer) => output.add(chunk));
  const { pid } = child;
  if (pid !== undefined) keepGroup(pid);

  let running = pid !== undefined;
  const exited = new Promise<ProcessExit>((resolve) => {
    child.once('error', (error) => {
      if (pid !== undefined) return;
      output.add(Buffer.from(error.message));
      resolve({ code: null, signal: null });
    });
    child.once('exit', (code, signal) => {
      running = false;
      // What it printed last is still in the pipe; a stranger that holds the pipe open is not waited for.
      const printed = new Promise((done) => child.once('close', done));
      void Promise.all([endGroup(), Promise.race([printed, delay(200)])]).then(() => resolve({ code, signal }));
    });
  });

  /** Whether the group still has a process, be it one that only waits to be reaped. */
  function signalGroup(signal: NodeJS.Signals | 0): boolean {
    if (pid === undefined) return false;
    try {
      process.kill(-pid, signal);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      return false;
    }
  }

  /** What the server had started itself, e.g. a worker that holds its port, must not outlive it. */
  async function endGroup(): Promise<void> {
    if (pid === undefined) return;
    signalGroup('SIGKILL');
    // A signal takes a moment to do its work. One that the system cannot end, e.g. in a disk wait, is not waited for.
    const lateAt = performance.now() + 2000;
    while (signalGroup(0) && groupMembers(pid).length > 0 && performance.now() < lateAt) await delay(1);
    forgetGroup(pid);
  }

  return {
    name,
    pid: pid ?? -1,
    exited,
    get isRunning() {
      return running;
    },
    output: () => output.text(),
    async kill(signal = 'SIGKILL') {
      if (running) {
        if (signal === 'SIGKILL') signalGroup(signal);
        else child.kill(signal);
      }
      return exited;
    },
    async freeze() {
      if (!running) throw new ServerGoneError(name);
      signalGroup('SIGSTOP');
      while (running && !(await isStopped(child.pid ?? -1))) await delay(1);
      if (!running) throw new ServerGoneError(name);
    },
    async thaw() {
      if (!running) throw new ServerGoneError(name);
      signalGroup('SIGCONT');
    },
    async stop(deadlineMs = 5000) {
      if (!running) return exited;
      child.kill('SIGTERM');
      // A frozen process does not see SIGTERM before it runs again.
      signalGroup('SIGCONT');
      const patience = new AbortController();
      await Promise.race([exited, delay(deadlineMs, undefined, { signal: patience.signal }).catch(() => {})]);
      patience.abort();
      if (running) signalGroup('SIGKILL');
      return exited;
    },
  };
}
