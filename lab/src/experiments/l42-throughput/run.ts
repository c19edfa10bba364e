/** What experiment 4.2 does. */
import { findBottleneck } from '../../measure/bottleneck.ts';
import type { LoadGenerator } from '../../measure/load-generator.ts';
import { markMachineCpu, othersCpuMs } from '../../measure/machine-cpu.ts';
import { planPinning } from '../../measure/pinning.ts';
import { markProcessCpu } from '../../measure/process-cpu.ts';
import { isUnavailable } from '../../measure/unavailable.ts';
import { withFreshProcesses } from '../comparison/fresh-processes.ts';
import type { Subject } from '../comparison/start-subjects.ts';
import { schemeSubjects } from '../comparison/subjects.ts';
import type { LabContext } from '../context.ts';
import type { LoadRound, ThroughputObservations } from './observations.ts';
import { measureByOthers, type OtherLoad } from './other-generators.ts';
import type { ThroughputWords } from './words.ts';

interface Load {
  readonly requests: number;
  readonly connections: number;
}

export async function runThroughput(context: LabContext, words: ThroughputWords): Promise<ThroughputObservations> {
  const requests = context.count({ quick: 1500, default: 10_000, full: 10_000 });
  const connections = context.count({ quick: 50, default: 100, full: 100 });
  const processes = context.count({ quick: 3, default: 5, full: 5 });
  const blocks = context.count({ quick: 2, default: 2, full: 8 });
  const visitors = context.count({ quick: 50, default: 200, full: 200 });
  const rounds: LoadRound[] = [];
  const byOthers: OtherLoad[] = [];
  const pinning = await withFreshProcesses(
    context,
    { subjects: schemeSubjects, processes, blocks, visitors, progress: words.progress },
    async (fresh) => {
      const { process, generator, startOrder, blocks: planned, of } = fresh;
      for (const name of startOrder) {
        await load(generator, of(name), { requests: Math.ceil(requests / 5), connections }, context.signal);
      }
      for (const { block, order } of planned) {
        for (const name of order) {
          const seen = await load(generator, of(name), { requests, connections }, context.signal);
          rounds.push({ subject: name, process, block, ...seen });
        }
      }
      if (process < processes - 1) return;
      const wrkSeconds = context.count({ quick: 1, default: 2, full: 10 });
      const options = { requests, connections, wrkSeconds, pinning: planPinning() };
      byOthers.push(...(await measureByOthers(context, words, fresh, options)));
    },
  );
  return { requests, connections, processes, visitors, ...pinning, rounds, byOthers };
}

/** One load through the balancer, with the CPU time that everybody took meanwhile. */
async function load(
  generator: LoadGenerator,
  { balancerUrl, visitors, groups }: Subject,
  { requests, connections }: Load,
  signal: AbortSignal,
): Promise<Omit<LoadRound, 'subject' | 'process' | 'block'>> {
  const machineMark = markMachineCpu();
  const mark = markProcessCpu(groups);
  const result = await generator.closedLoop({ url: `${balancerUrl}/profile`, visitors, requests, connections }, signal);
  const servers = isUnavailable(mark) ? [] : mark.since().groups;
  const all = [...servers, result.generator];
  const { succeeded, failures, complete, totalMs, requestsPerSecond, latency } = result;
  return {
    succeeded,
    failures,
    complete,
    totalMs,
    requestsPerSecond,
    meanLatencyMs: latency?.meanMs ?? null,
    cpu: all.map(({ name, cpuMs, complete }) => ({ group: name, cpuMs, complete })),
    othersCpuMs: isUnavailable(machineMark)
      ? null
      : othersCpuMs(
          machineMark.since(),
          all.map(({ cpuMs }) => cpuMs),
        ),
    bottleneck:
      servers.length === 0 ? null : findBottleneck({ elapsedMs: totalMs, servers, generator: result.generator }),
  };
}
