/** What experiment 4.1 does. */
import { summariseLatency } from '../../measure/latency-summary.ts';
import type { FreshProcesses } from '../comparison/fresh-processes.ts';
import { withFreshProcesses } from '../comparison/fresh-processes.ts';
import { sendSerial } from '../comparison/serial-block.ts';
import type { Subject } from '../comparison/start-subjects.ts';
import { type SubjectName, schemeSubjects } from '../comparison/subjects.ts';
import type { LabContext } from '../context.ts';
import { latencyBins } from './histogram.ts';
import type { LatencyBlock, LatencyObservations, OpenLoopObservation, Way } from './observations.ts';
import type { LatencyWords } from './words.ts';

const processes = 5;
const ratePerSecond = 200;
const ways = ['direct', 'balancer'] as const;

interface Seen {
  readonly blocks: LatencyBlock[];
  readonly samples: Map<string, number[]>;
  readonly openLoop: Map<SubjectName, FixedRate>;
}

interface FixedRate {
  readonly durationsMs: number[];
  sent: number;
  readonly failures: { non2xx: number; timeouts: number; errors: number };
  keptUp: boolean;
}

export async function runLatency(context: LabContext, words: LatencyWords): Promise<LatencyObservations> {
  const blocksOf: Readonly<Record<Way, number>> = {
    direct: context.count({ quick: 4, default: 20, full: 40 }),
    balancer: context.count({ quick: 1, default: 5, full: 20 }),
  };
  const requestsPerBlock = context.count({ quick: 50, default: 200, full: 400 });
  const visitors = context.count({ quick: 50, default: 200, full: 200 });
  const rated = context.count({ quick: 1, default: processes, full: processes });
  const seen: Seen = { blocks: [], samples: new Map(), openLoop: new Map() };
  const answerBytes: { subject: SubjectName; bytes: number }[] = [];
  let balancer: LatencyObservations['balancer'] = 'nginx';

  const pinning = await withFreshProcesses(
    context,
    { subjects: schemeSubjects, processes, blocks: blocksOf.direct, visitors, progress: words.progress.process },
    async (fresh) => {
      if (fresh.process === 0) {
        for (const name of schemeSubjects) {
          const subject = fresh.of(name);
          answerBytes.push({ subject: name, bytes: await answerBytesOf(subject, context.signal) });
          if (subject.groups.some((group) => group.name === 'balancer')) balancer = 'built-in';
        }
      }
      for (const name of fresh.startOrder) await warmUp(fresh, fresh.of(name), context);
      for (const { block, order } of fresh.blocks) {
        for (const way of ways) {
          if (block >= blocksOf[way]) continue;
          for (const name of order) await measureBlock(fresh, name, way, block, requestsPerBlock, context, seen);
        }
      }
      if (fresh.process >= rated) return;
      context.progress(words.progress.openLoop(fresh.process + 1, rated));
      for (const name of context.random.shuffled(schemeSubjects)) await measureRate(fresh, name, context, seen);
    },
  );
  return {
    processes,
    requestsPerBlock,
    visitors,
    balancer,
    ...pinning,
    answerBytes,
    blocks: seen.blocks,
    pooled: ways.flatMap((way) =>
      schemeSubjects.map((subject) => {
        const durationsMs = seen.samples.get(`${way} ${subject}`) ?? [];
        return { way, subject, latency: summariseLatency(durationsMs), bins: latencyBins(durationsMs) };
      }),
    ),
    openLoop: schemeSubjects.flatMap((subject): OpenLoopObservation[] => {
      const rate = seen.openLoop.get(subject);
      if (rate === undefined) return [];
      const { durationsMs, ...counts } = rate;
      return [{ subject, ratePerSecond, ...counts, latency: summariseLatency(durationsMs) }];
    }),
  };
}

function wayTo(subject: Subject, way: Way): { url: string; visitors: Subject['visitors'] } {
  const origin = way === 'direct' ? subject.app.url : subject.balancerUrl;
  return { url: `${origin}/profile`, visitors: subject.visitors };
}

/** Compiled code, open connections, and every visitor met once: what follows is the steady state. */
async function warmUp({ generator }: FreshProcesses, subject: Subject, context: LabContext): Promise<void> {
  const requests = Math.max(subject.visitors.length, context.count({ quick: 150, default: 1000, full: 2000 }));
  await sendSerial(generator, subject, requests, context.signal);
  await generator.serial({ ...wayTo(subject, 'balancer'), requests: Math.ceil(requests / 4) }, context.signal);
}

async function measureBlock(
  { generator, of, process }: FreshProcesses,
  subject: SubjectName,
  way: Way,
  block: number,
  requests: number,
  { signal }: LabContext,
  { blocks, samples }: Seen,
): Promise<void> {
  const { durationsMs, failures } = await generator.serial({ ...wayTo(of(subject), way), requests }, signal);
  blocks.push({ way, subject, process, block, failures, latency: summariseLatency(durationsMs) });
  const all = samples.get(`${way} ${subject}`) ?? [];
  samples.set(`${way} ${subject}`, all);
  for (const durationMs of durationsMs) all.push(durationMs);
}

async function measureRate(
  { generator, of }: FreshProcesses,
  subject: SubjectName,
  context: LabContext,
  { openLoop }: Seen,
): Promise<void> {
  const durationMs = context.count({ quick: 500, default: 1500, full: 5000 });
  const target = wayTo(of(subject), 'direct');
  const result = await generator.openLoop({ ...target, ratePerSecond, durationMs }, context.signal);
  const rate = openLoop.get(subject) ?? {
    durationsMs: [],
    sent: 0,
    failures: { non2xx: 0, timeouts: 0, errors: 0 },
    keptUp: true,
  };
  openLoop.set(subject, rate);
  for (const each of result.durationsMs) rate.durationsMs.push(each);
  rate.sent += result.sent;
  for (const kind of ['non2xx', 'timeouts', 'errors'] as const) rate.failures[kind] += result.failures[kind];
  rate.keptUp &&= result.keptUp;
}

async function answerBytesOf(subject: Subject, signal: AbortSignal): Promise<number> {
  const { url, visitors } = wayTo(subject, 'direct');
  const answer = await fetch(url, { headers: visitors[0] ?? {}, signal });
  return (await answer.arrayBuffer()).byteLength;
}
