/** Runs a load generator that is a program of somebody else to its end, and says what CPU time it took. */
import { startProcess } from '../cluster/index.ts';
import { LoadGeneratorError } from './errors.ts';
import { commandOnCores } from './pinning.ts';

export interface ExternalRun {
  /** For messages, e.g. `wrk`. */
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  /** Started on these cores, with taskset. @default wherever the system puts it */
  readonly cores?: readonly number[];
  /** When it is killed; the program's own limit should come first. */
  readonly deadlineMs: number;
}

export interface ExternalOutput {
  readonly text: string;
  readonly cpuMs: number;
}

/**
 * `times` is the shell's own report on what its finished children took: user's and system's time, second line. Both
 * outputs go through one pipe, so that a message can not come after the report.
 */
const timedScript = '"$@" 2>&1; status=$?; echo; echo "=== times"; times; exit "$status"';

/** @throws LoadGeneratorError @throws the signal's reason when it is aborted */
export async function runExternal(run: ExternalRun, signal?: AbortSignal): Promise<ExternalOutput> {
  const { name, deadlineMs } = run;
  signal?.throwIfAborted();
  const { command, args } =
    run.cores === undefined
      ? { command: run.program, args: run.args }
      : commandOnCores(run.cores, run.program, run.args);
  // Ready at once: it is a run and not a server, and ends by itself.
  const running = await startProcess({
    name,
    command: '/bin/sh',
    args: ['-c', timedScript, name, command, ...args],
    readyWhen: async () => true,
  });
  let late = false;
  const kill = () => void running.kill('SIGKILL');
  const deadline = setTimeout(() => {
    late = true;
    kill();
  }, deadlineMs);
  signal?.addEventListener('abort', kill, { once: true });
  const { code } = await running.exited;
  clearTimeout(deadline);
  signal?.removeEventListener('abort', kill);
  signal?.throwIfAborted();

  const [text = '', times = ''] = running.output().split('=== times');
  if (late) throw new LoadGeneratorError(name, `it was not finished after ${deadlineMs} ms`);
  if (code !== 0) throw new LoadGeneratorError(name, `it exited with code ${code}. It printed:\n${text.trim()}`);
  return { text, cpuMs: cpuOf(times) };
}

function cpuOf(times: string): number {
  const children = times.trim().split('\n')[1] ?? '';
  const spent = [...children.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, seconds]) => Number(minutes) * 60_000 + Number(seconds) * 1000,
  );
  return spent.reduce((sum, ms) => sum + ms, 0);
}
