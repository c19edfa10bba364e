/**
 * Throughput: so many connections, each sending its next request as soon as it has its answer. The latencies of such a
 * load are those of a server at its limit, and hide its stalls; open-loop.ts is for latency.
 */
import type { EventEmitter } from 'node:events';
import autocannon, { type Request, type Result } from 'autocannon';
import { InvalidOptionError } from 'sallyport';
import { LoadGeneratorError } from './errors.ts';
import { type LatencySummary, summariseLatency } from './latency-summary.ts';
import {
  type FailureCounts,
  type LoadTarget,
  type ResolvedTarget,
  requireWhole,
  resolveTarget,
} from './load-target.ts';
import { markOwnCpu } from './own-cpu.ts';
import type { GroupCpu } from './process-cpu.ts';

/** A request's time limit is at least a second here, whatever was asked for. */
export interface ClosedLoopOptions extends LoadTarget {
  /** @default 10000 */
  readonly requests?: number;
  /** @default 100 */
  readonly connections?: number;
  /** The run ends here, complete or not. @default 60000 */
  readonly timeLimitMs?: number;
}

/** Plain JSON, to be recorded as it is. */
export type ClosedLoopResult = {
  readonly program: 'autocannon' | 'wrk' | 'ab';
  /** Answered with 2xx. */
  readonly succeeded: number;
  readonly failures: FailureCounts;
  /** From the first request to the last answer. */
  readonly totalMs: number;
  /** Successes only. */
  readonly requestsPerSecond: number;
  /** Of the successes; `null` without any. */
  readonly latency: LatencySummary | null;
  /** What generating the load cost. */
  readonly generator: GroupCpu;
  /** False when the time limit came first. */
  readonly complete: boolean;
};

/** @throws InvalidOptionError */
export function checkClosedLoop(options: ClosedLoopOptions): void {
  resolveTarget(options);
  const { requests = 10_000, connections = 100, timeLimitMs = 60_000 } = options;
  requireWhole('requests', requests, 1, 1_000_000);
  requireWhole('connections', connections, 1, 10_000);
  requireWhole('timeLimitMs', timeLimitMs, 1, 3_600_000);
  if (connections > requests) throw new InvalidOptionError('connections', 'at most as many as the requests');
}

/** @throws InvalidOptionError @throws the signal's reason when it is aborted */
export async function measureClosedLoop(options: ClosedLoopOptions, signal?: AbortSignal): Promise<ClosedLoopResult> {
  checkClosedLoop(options);
  signal?.throwIfAborted();
  const { requests = 10_000, connections = 100, timeLimitMs = 60_000 } = options;
  const target = resolveTarget(options);
  const durationsMs: number[] = [];
  let startedAt = performance.now();
  let ownCpu = markOwnCpu();
  let lastAnswerAt = startedAt;
  let sent = 0;
  let answered = 0;
  let created = 0;

  const { result, complete } = await new Promise<{ result: Result; complete: boolean }>((resolve, reject) => {
    let complete = true;
    const run = autocannon(
      {
        url: target.url.href,
        connections,
        amount: requests,
        timeout: Math.max(1, target.requestTimeoutMs / 1000),
        // How often it looks whether it has finished. Its own figures, which need longer samples, are not used.
        sampleInt: 20,
        setupClient: (client) => {
          client.setRequests(requestsOf(target, created++, { requests, connections }));
          (client as EventEmitter).on('request', () => sent++);
          // Nothing is sent before all are prepared, and preparing them is not part of the run.
          if (created < connections) return;
          ownCpu = markOwnCpu();
          startedAt = performance.now();
        },
      },
      (error: unknown, result) => {
        clearTimeout(limit);
        signal?.removeEventListener('abort', stop);
        if (error) reject(new LoadGeneratorError('autocannon', 'it failed', { cause: error }));
        else resolve({ result, complete });
      },
    );
    run.on('response', (_client, status, _bytes, durationMs) => {
      lastAnswerAt = performance.now();
      answered++;
      if (status >= 200 && status < 300) durationsMs.push(durationMs);
    });
    const stop = () => {
      complete = false;
      run.stop();
    };
    const limit = setTimeout(stop, timeLimitMs);
    signal?.addEventListener('abort', stop, { once: true });
  });
  const generator = ownCpu();
  signal?.throwIfAborted();
  // A connection that the server closes is no error to autocannon; its request is missing among the answers. When the
  // run was cut short, so are those that were still under way.
  const unanswered = sent - answered - result.timeouts - (complete ? 0 : connections);
  const totalMs = Math.max(lastAnswerAt - startedAt, Number.MIN_VALUE);
  return {
    program: 'autocannon',
    succeeded: durationsMs.length,
    failures: {
      non2xx: answered - durationsMs.length,
      timeouts: result.timeouts,
      errors: Math.max(0, unanswered, result.errors - result.timeouts),
    },
    totalMs,
    requestsPerSecond: (durationsMs.length / totalMs) * 1000,
    latency: summariseLatency(durationsMs),
    generator,
    complete,
  };
}

/** One connection's share of the visitors: every so-many-th, or one that it shares when they are fewer. */
function requestsOf(
  { visitors }: ResolvedTarget,
  connection: number,
  { requests, connections }: { readonly requests: number; readonly connections: number },
): Request[] {
  const share = Math.max(1, Math.ceil((visitors.length - connection) / connections));
  const needed = Math.ceil(requests / connections);
  return Array.from({ length: Math.min(share, needed) }, (_, index) => ({
    headers: { ...visitors[(connection + index * connections) % visitors.length] },
  }));
}
