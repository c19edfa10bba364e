/**
 * Latency as users see it: requests arrive at a fixed rate, whether or not the server has answered the ones before, and
 * each is timed from the moment at which it was to start. A client that waits for its answers sends nothing while the
 * server stalls, and so hardly notices that it does.
 */
import { InvalidOptionError } from 'sallyport';
import { Pool } from 'undici';
import { type LatencySummary, summariseLatency } from './latency-summary.ts';
import { type FailureCounts, type LoadTarget, pathOf, requireWhole, resolveTarget } from './load-target.ts';
import { markOwnCpu } from './own-cpu.ts';
import type { GroupCpu } from './process-cpu.ts';
import { OutcomeCounts, sendTimed } from './timed-request.ts';

export interface OpenLoopOptions extends LoadTarget {
  readonly ratePerSecond: number;
  /** How long requests are started; the last answers are waited for, up to `requestTimeoutMs`. */
  readonly durationMs: number;
  /** At most so many at once; further requests wait for one, and their clocks run. @default 256 */
  readonly connections?: number;
}

/** Plain JSON, to be recorded as it is. */
export type OpenLoopResult = {
  readonly sent: number;
  /** In the order of the answers. A request that timed out counts with the time it waited. */
  readonly durationsMs: readonly number[];
  readonly failures: FailureCounts;
  readonly elapsedMs: number;
  /** How much later than intended requests were started. It is part of the latencies above. */
  readonly lag: LatencySummary;
  /** False when the generator was so late (P99 above 5 ms) that the latencies are its own. */
  readonly keptUp: boolean;
  /** Most of it waiting in a loop for the next start, so no measure of how busy it was; `lag` is. */
  readonly generator: GroupCpu;
};

const mostRequests = 200_000;
const tolerableLagMs = 5;
/** A timer may be this late. What is left until the next start is waited for in a loop. */
const timerSlackMs = 2;

/** @throws InvalidOptionError */
export function checkOpenLoop(options: OpenLoopOptions): void {
  resolveTarget(options);
  const { ratePerSecond, durationMs, connections = 256 } = options;
  requireWhole('durationMs', durationMs, 1, 600_000);
  requireWhole('connections', connections, 1, 10_000);
  const requests = (ratePerSecond * durationMs) / 1000;
  if (!(ratePerSecond > 0) || !(requests >= 1 && requests <= mostRequests)) {
    throw new InvalidOptionError('ratePerSecond', `above 0, with 1 to ${mostRequests} requests in the whole duration`);
  }
}

/** @throws InvalidOptionError @throws the signal's reason when it is aborted */
export async function measureOpenLoop(options: OpenLoopOptions, signal?: AbortSignal): Promise<OpenLoopResult> {
  checkOpenLoop(options);
  signal?.throwIfAborted();
  const { ratePerSecond, durationMs, connections = 256 } = options;
  const { url, visitors, requestTimeoutMs } = resolveTarget(options);
  const pool = new Pool(url.origin, {
    connections,
    headersTimeout: requestTimeoutMs,
    bodyTimeout: requestTimeoutMs,
  });
  const path = pathOf(url);
  const requests = Math.floor((ratePerSecond * durationMs) / 1000);
  const durationsMs: number[] = [];
  const lagsMs: number[] = [];
  const outcomes = new OutcomeCounts();
  const ownCpu = markOwnCpu();
  const startedAt = performance.now();
  const intendedAt = (index: number) => startedAt + (index * 1000) / ratePerSecond;

  await new Promise<void>((resolve) => {
    let sent = 0;
    let open = 0;
    let lastAnswers: NodeJS.Timeout | undefined;
    signal?.addEventListener('abort', giveUp, { once: true });

    // Requests still waiting are cut off; each of them reports its end.
    function giveUp(): void {
      pool.destroy().catch(() => {});
      if (open === 0) finish();
    }
    function finish(): void {
      clearTimeout(lastAnswers);
      signal?.removeEventListener('abort', giveUp);
      resolve();
    }
    function send(index: number): void {
      open++;
      lagsMs.push(performance.now() - intendedAt(index));
      sendTimed(pool, { path, headers: visitors[index % visitors.length]! }, (outcome, endedAt) => {
        open--;
        const cutOff = outcome === 'errors' && pool.destroyed;
        outcomes.add(cutOff ? 'timeouts' : outcome);
        if (cutOff || outcome === 'success' || outcome === 'timeouts') durationsMs.push(endedAt - intendedAt(index));
        if (open === 0 && (sent === requests || pool.destroyed)) finish();
      });
    }
    function sendDue(): void {
      if (pool.destroyed) return;
      while (sent < requests && intendedAt(sent) <= performance.now()) send(sent++);
      if (sent === requests) {
        if (open > 0) lastAnswers = setTimeout(giveUp, requestTimeoutMs);
        return;
      }
      const waitMs = intendedAt(sent) - performance.now();
      if (waitMs > timerSlackMs) setTimeout(sendDue, Math.floor(waitMs - timerSlackMs / 2));
      else setImmediate(sendDue);
    }
    sendDue();
  });

  const elapsedMs = performance.now() - startedAt;
  signal?.throwIfAborted();
  const generator = ownCpu();
  await pool.destroy();
  const lag = summariseLatency(lagsMs)!;
  return {
    sent: lagsMs.length,
    durationsMs,
    failures: outcomes.failures(),
    elapsedMs,
    lag,
    keptUp: lag.p99Ms <= tolerableLagMs,
    generator,
  };
}
