/** One block of serial requests straight to a server: how long they took, and what they cost in CPU time. */
import { type LatencySummary, summariseLatency } from '../../measure/latency-summary.ts';
import type { LoadGenerator } from '../../measure/load-generator.ts';
import { markProcessCpu, type ProcessGroup } from '../../measure/process-cpu.ts';
import type { BlockSample } from '../../measure/statistics/paired-ratios.ts';
import { isUnavailable } from '../../measure/unavailable.ts';
import type { Subject } from './start-subjects.ts';
import type { SubjectName } from './subjects.ts';

/** Plain JSON, to be recorded as it is. */
export type SerialBlock = {
  readonly subject: SubjectName;
  readonly process: number;
  readonly block: number;
  readonly requests: number;
  readonly failed: number;
  readonly elapsedMs: number;
  /** CPU time of the application and of Redis where it is asked; `null` where there is no /proc. */
  readonly cpuMs: number | null;
  /** `null` when every request failed. */
  readonly latency: LatencySummary | null;
};

export async function measureSerialBlock(
  generator: LoadGenerator,
  subject: Subject,
  { process, block, requests, signal }: Pick<SerialBlock, 'process' | 'block' | 'requests'> & { signal: AbortSignal },
): Promise<SerialBlock> {
  const mark = markProcessCpu(serverGroups(subject));
  const { durationsMs, failures, elapsedMs } = await sendSerial(generator, subject, requests, signal);
  const cpu = isUnavailable(mark) ? null : mark.since();
  return {
    subject: subject.name,
    process,
    block,
    requests,
    failed: failures.non2xx + failures.timeouts + failures.errors,
    elapsedMs,
    cpuMs: cpu === null ? null : cpu.groups.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    latency: summariseLatency(durationsMs),
  };
}

/** Without measuring: compiled code, open connections, every visitor met once. */
export function sendSerial(
  generator: LoadGenerator,
  { app, visitors }: Subject,
  requests: number,
  signal: AbortSignal,
): ReturnType<LoadGenerator['serial']> {
  return generator.serial({ url: `${app.url}/profile`, visitors, requests }, signal);
}

/** Such requests go to the application directly, past the balancer. */
export function serverGroups({ groups }: Subject): ProcessGroup[] {
  return groups.filter(({ name }) => name === 'app' || name === 'redis');
}

/** CPU time per request. A block with a failed request is no measure of the same work. */
export function cpuSamples(blocks: readonly SerialBlock[]): BlockSample[] {
  return blocks.flatMap(({ subject, process, block, requests, failed, cpuMs }) =>
    failed > 0 || cpuMs === null || cpuMs <= 0 ? [] : [{ subject, process, block, value: cpuMs / requests }],
  );
}

/** Median latencies. A block with a failed request says nothing about latency. */
export function medianLatencySamples(
  blocks: readonly Pick<SerialBlock, 'subject' | 'process' | 'block' | 'failed' | 'latency'>[],
): BlockSample[] {
  return blocks.flatMap(({ subject, process, block, failed, latency }) =>
    failed > 0 || latency === null ? [] : [{ subject, process, block, value: latency.p50Ms }],
  );
}
