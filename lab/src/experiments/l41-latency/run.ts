/** What experiment 4.1 does. */
import { summariseLatency } from '../../measure/latency-summary.ts';
import { type LoadGenerator, startLoadGenerator } from '../../measure/load-generator.ts';
import { pinProcess, planPinning } from '../../measure/pinning.ts';
import { blockPlan } from '../../measure/statistics/block-plan.ts';
import { type Subject, type SubjectName, startSubjects, subjectNames } from '../comparison/subjects.ts';
import type { LabContext } from '../context.ts';
import { latencyBins } from './histogram.ts';
import type { LatencyBlock, LatencyObservations, OpenLoopObservation, Way } from './observations.ts';
import type { LatencyWords } from './words.ts';

const processes = 5;
const ratePerSecond = 200;

export async function runLatency(context: LabContext, words: LatencyWords): Promise<LatencyObservations> {
  const blocksOf: Readonly<Record<Way, number>> = {
    direct: context.count({ quick: 4, default: 20, full: 40 }),
    balancer: context.count({ quick: 1, default: 5, full: 20 }),
  };
  const requestsPerBlock = context.count({ quick: 50, default: 200, full: 400 });
  const visitors = context.count({ quick: 50, default: 200, full: 200 });
  const pinning = planPinning();
  const generator = await startLoadGenerator();
  const blocks: LatencyBlock[] = [];
  const samples = new Map<string, number[]>();
  const openLoop = new Map<SubjectName, { durationsMs: number[]; sent: number; failed: number; keptUp: boolean }>();
  const answerBytes: { subject: SubjectName; bytes: number }[] = [];
  let balancer: LatencyObservations['balancer'] = 'nginx';
  let pinned = pinning.possible;
  try {
    if (pinning.possible) pinned = (await pinProcess(generator.pid, pinning.generatorCores)).pinned;
    const plan = blockPlan({ subjects: subjectNames, processes, blocks: blocksOf.direct, random: context.random });
    for (const { process, startOrder, blocks: planned } of plan) {
      context.progress(words.progress.process(process + 1, processes));
      const subjects = await startSubjects(context, { startOrder, visitors, pinning });
      pinned &&= subjects.pinned;
      const subjectOf = (name: string) => subjects.bySubject.get(name as SubjectName)!;
      if (process === 0) {
        for (const subject of subjectNames) {
          answerBytes.push({ subject, bytes: await answerBytesOf(subjectOf(subject), context.signal) });
          if (subjectOf(subject).groups.some(({ name }) => name === 'balancer')) balancer = 'built-in';
        }
      }
      for (const name of startOrder) await warmUp(generator, subjectOf(name), context);
      for (const { block, order } of planned) {
        for (const way of ['direct', 'balancer'] as const) {
          if (block >= blocksOf[way]) continue;
          for (const name of order) {
            const { url, visitors } = wayTo(subjectOf(name), way);
            const result = await generator.serial({ url, visitors, requests: requestsPerBlock }, context.signal);
            const subject = name as SubjectName;
            const latency = summariseLatency(result.durationsMs);
            blocks.push({ way, subject, process, block, failures: result.failures, latency });
            append(samples, `${way} ${subject}`, result.durationsMs);
          }
        }
      }
      const rates = process < context.count({ quick: 1, default: processes, full: processes }) ? subjectNames : [];
      if (rates.length > 0) context.progress(words.progress.openLoop(process + 1, processes));
      for (const name of context.random.shuffled(rates)) {
        const { url, visitors } = wayTo(subjectOf(name), 'direct');
        const durationMs = context.count({ quick: 500, default: 1500, full: 5000 });
        const result = await generator.openLoop({ url, visitors, ratePerSecond, durationMs }, context.signal);
        const seen = openLoop.get(name) ?? { durationsMs: [], sent: 0, failed: 0, keptUp: true };
        seen.durationsMs.push(...result.durationsMs);
        const { non2xx, timeouts, errors } = result.failures;
        openLoop.set(name, {
          durationsMs: seen.durationsMs,
          sent: seen.sent + result.sent,
          failed: seen.failed + non2xx + timeouts + errors,
          keptUp: seen.keptUp && result.keptUp,
        });
      }
      await subjects.stop();
    }
  } finally {
    await generator.stop();
  }
  return {
    processes,
    requestsPerBlock,
    visitors,
    balancer,
    pinning,
    pinned,
    answerBytes,
    blocks,
    pooled: (['direct', 'balancer'] as const).flatMap((way) =>
      subjectNames.map((subject) => {
        const durationsMs = samples.get(`${way} ${subject}`) ?? [];
        return { way, subject, latency: summariseLatency(durationsMs), bins: latencyBins(durationsMs) };
      }),
    ),
    openLoop: subjectNames.flatMap((subject): OpenLoopObservation[] => {
      const seen = openLoop.get(subject);
      if (seen === undefined) return [];
      const { durationsMs, ...counts } = seen;
      return [{ subject, ratePerSecond, ...counts, latency: summariseLatency(durationsMs) }];
    }),
  };
}

function wayTo(subject: Subject, way: Way): { url: string; visitors: Subject['visitors'] } {
  const origin = way === 'direct' ? subject.app.url : subject.balancerUrl;
  return { url: `${origin}/profile`, visitors: subject.visitors };
}

/** Compiled code, open connections, and every visitor met once: what follows is the steady state. */
async function warmUp(generator: LoadGenerator, subject: Subject, context: LabContext): Promise<void> {
  const requests = Math.max(subject.visitors.length, context.count({ quick: 150, default: 1000, full: 2000 }));
  await generator.serial({ ...wayTo(subject, 'direct'), requests }, context.signal);
  await generator.serial({ ...wayTo(subject, 'balancer'), requests: Math.ceil(requests / 4) }, context.signal);
}

async function answerBytesOf(subject: Subject, signal: AbortSignal): Promise<number> {
  const { url, visitors } = wayTo(subject, 'direct');
  const answer = await fetch(url, { headers: visitors[0] ?? {}, signal });
  return (await answer.arrayBuffer()).byteLength;
}

function append(samples: Map<string, number[]>, name: string, durationsMs: readonly number[]): void {
  const all = samples.get(name) ?? [];
  for (const durationMs of durationsMs) all.push(durationMs);
  samples.set(name, all);
}
