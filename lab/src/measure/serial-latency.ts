/**
 * How long one request takes when the server has nothing else to do: one connection, kept open, one request after the
 * other. It shows the cost of the code path; what a busy server's users see is open-loop.ts.
 */
import { Client } from 'undici';
import { type FailureCounts, type LoadTarget, pathOf, requireWhole, resolveTarget } from './load-target.ts';
import { markOwnCpu } from './own-cpu.ts';
import type { GroupCpu } from './process-cpu.ts';
import { timeLimit } from './time-limit.ts';
import { OutcomeCounts, type RequestOutcome, sendTimed } from './timed-request.ts';

export interface SerialOptions extends LoadTarget {
  readonly requests: number;
  /** The run ends here, complete or not. @default 60000 */
  readonly timeLimitMs?: number;
}

/** Plain JSON, to be recorded as it is. */
export type SerialResult = {
  /** Of the requests that succeeded, in their order. */
  readonly durationsMs: readonly number[];
  readonly failures: FailureCounts;
  readonly elapsedMs: number;
  readonly generator: GroupCpu;
  /** False when the time limit came first. */
  readonly complete: boolean;
};

/** @throws InvalidOptionError */
export function checkSerial(options: SerialOptions): void {
  resolveTarget(options);
  requireWhole('requests', options.requests, 1, 1_000_000);
  requireWhole('timeLimitMs', options.timeLimitMs ?? 60_000, 1, 3_600_000);
}

/** @throws InvalidOptionError @throws the signal's reason when it is aborted */
export async function measureSerial(options: SerialOptions, signal?: AbortSignal): Promise<SerialResult> {
  checkSerial(options);
  const { requests, timeLimitMs = 60_000 } = options;
  const { url, visitors, requestTimeoutMs } = resolveTarget(options);
  const client = new Client(url.origin, { headersTimeout: requestTimeoutMs, bodyTimeout: requestTimeoutMs });
  const path = pathOf(url);
  const limit = timeLimit(timeLimitMs, signal);
  const end = limit.signal;
  end.addEventListener('abort', () => client.destroy().catch(() => {}), { once: true });

  const durationsMs: number[] = [];
  const outcomes = new OutcomeCounts();
  const ownCpu = markOwnCpu();
  const startedAt = performance.now();
  let sent = 0;
  for (; sent < requests && !end.aborted; sent++) {
    const headers = visitors[sent % visitors.length]!;
    const sentAt = performance.now();
    const { outcome, endedAt } = await new Promise<{ outcome: RequestOutcome; endedAt: number }>((resolve) => {
      sendTimed(client, { path, headers }, (outcome, endedAt) => resolve({ outcome, endedAt }));
    });
    // The request that the end of the run cut off says nothing about the server.
    if (end.aborted) break;
    outcomes.add(outcome);
    if (outcome === 'success') durationsMs.push(endedAt - sentAt);
  }
  limit.release();
  const result = {
    durationsMs,
    failures: outcomes.failures(),
    elapsedMs: performance.now() - startedAt,
    generator: ownCpu(),
    complete: sent === requests,
  };
  signal?.throwIfAborted();
  await client.destroy();
  return result;
}
