/** ApacheBench, where it is installed: the load of the usual recipe, `ab -n 10000 -c 100`, a new connection per request. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidOptionError } from 'sallyport';
import { temporaryFolder } from '../cluster/index.ts';
import { type ClosedLoopOptions, type ClosedLoopResult, checkClosedLoop } from './closed-loop.ts';
import { LoadGeneratorError } from './errors.ts';
import { runExternal } from './external-run.ts';
import type { LatencySummary } from './latency-summary.ts';
import { resolveTarget } from './load-target.ts';
import { generatorCpu } from './own-cpu.ts';

export interface AbOptions extends ClosedLoopOptions {
  /** The path of ab. */
  readonly program: string;
  /** Reuses connections (`-k`), as HTTP clients do, but for HTTP/1.0. @default false */
  readonly keepAlive?: boolean;
  /** Takes answers of any length for successes (`-l`), also those of none that a closed connection leaves. @default false */
  readonly variableLength?: boolean;
  /** Started on these cores, with taskset. @default wherever the system puts it */
  readonly cores?: readonly number[];
}

/**
 * ab sends the same headers with every request: one visitor at most, whose headers are on its command line while it
 * runs. An answer of another length than the first counts as an error. That is how ab notices a connection that was
 * closed without an answer; a page whose length changes needs `variableLength`. Its latencies are those of all answers,
 * successes or not.
 * @throws InvalidOptionError, LoadGeneratorError @throws the signal's reason when it is aborted
 */
export async function runAb(options: AbOptions, signal?: AbortSignal): Promise<ClosedLoopResult> {
  checkClosedLoop(options);
  const { program, requests = 10_000, connections = 100, timeLimitMs = 60_000, cores } = options;
  const { url, visitors, requestTimeoutMs } = resolveTarget(options);
  if (visitors.length > 1) throw new InvalidOptionError('visitors', 'one set of headers at most for ab');
  const folder = await temporaryFolder('ab');
  try {
    const csv = join(folder.path, 'latencies.csv');
    const seconds = (ms: number) => String(Math.max(1, Math.ceil(ms / 1000)));
    const { text, cpuMs } = await runExternal(
      {
        name: 'ab',
        program,
        // -t sets -n as well, so it goes first. -r: goes on after a broken connection. -q and -e only concern what it
        // prints.
        args: [
          ...['-t', seconds(timeLimitMs), '-n', String(requests), '-c', String(connections)],
          ...['-s', seconds(requestTimeoutMs), '-r', '-q', '-e', csv],
          ...(options.keepAlive === true ? ['-k'] : []),
          ...(options.variableLength === true ? ['-l'] : []),
          ...Object.entries(visitors[0] ?? {}).flatMap(([name, value]) => ['-H', `${name}: ${value}`]),
          url.href,
        ],
        ...(cores === undefined ? {} : { cores }),
        deadlineMs: timeLimitMs + requestTimeoutMs + 10_000,
      },
      signal,
    );
    return readAb(text, await readFile(csv, 'utf8').catch(() => ''), { requests, cpuMs });
  } finally {
    await folder.remove();
  }
}

export interface AbRun {
  /** How many were asked for. */
  readonly requests: number;
  readonly cpuMs: number;
}

/**
 * Understands what ab printed, and its table of percentages (`-e`).
 * @throws LoadGeneratorError
 */
export function readAb(text: string, csv: string, { requests, cpuMs }: AbRun): ClosedLoopResult {
  const figure = (pattern: RegExp): number | undefined => {
    const found = pattern.exec(text)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const completed = figure(/^Complete requests: +(\d+)$/m);
  const totalSeconds = figure(/^Time taken for tests: +([\d.]+) seconds$/m);
  if (completed === undefined || totalSeconds === undefined) {
    throw new LoadGeneratorError('ab', `its output could not be understood:\n${text.trim()}`);
  }
  const non2xx = figure(/^Non-2xx responses: +(\d+)$/m) ?? 0;
  const failed = figure(/^Failed requests: +(\d+)$/m) ?? 0;
  const ofOtherLength = figure(/^ +\(.*Length: (\d+)/m) ?? 0;
  // A refusal is mostly shorter than what was asked for; it has been counted by its status. One broken connection can
  // count as several failures. Connections that are all closed at once have equal answers, of no bytes.
  const broken = failed - ofOtherLength + Math.max(0, ofOtherLength - non2xx);
  const isEmpty = figure(/^Total transferred: +(\d+) bytes$/m) === 0;
  const errors = isEmpty ? completed : Math.min(completed - non2xx, broken);
  const succeeded = completed - non2xx - errors;
  const totalMs = Math.max(totalSeconds * 1000, 1);
  return {
    program: 'ab',
    succeeded,
    failures: { non2xx, timeouts: 0, errors },
    totalMs,
    requestsPerSecond: (succeeded / totalMs) * 1000,
    latency:
      succeeded === 0 ? null : latencyOf(csv, completed, figure(/^Time per request: +([\d.]+) \[ms] \(mean\)$/m)),
    generator: generatorCpu(0, cpuMs),
    complete: completed >= requests,
  };
}

function latencyOf(csv: string, n: number, meanMs: number | undefined): LatencySummary | null {
  const served = new Map(
    [...csv.matchAll(/^(\d+),([\d.]+)$/gm)].map(([, percent, ms]) => [Number(percent), Number(ms)] as const),
  );
  const [minMs, p50Ms, p95Ms, p99Ms, maxMs] = [0, 50, 95, 99, 100].map((percent) => served.get(percent));
  if (meanMs === undefined || minMs === undefined || p50Ms === undefined || p95Ms === undefined) return null;
  if (p99Ms === undefined || maxMs === undefined) return null;
  return { n, meanMs, p50Ms, p95Ms, p99Ms, minMs, maxMs };
}
