/** The same load by ab and wrk, where this machine has them: a look at the figures by somebody else's program. */
import { runAb } from '../../measure/ab.ts';
import type { ClosedLoopResult } from '../../measure/closed-loop.ts';
import { findExternalGenerators } from '../../measure/external-generators.ts';
import type { FailureCounts } from '../../measure/load-target.ts';
import type { PinningPlan } from '../../measure/pinning.ts';
import { runWrk } from '../../measure/wrk.ts';
import { figure } from '../../report/figure.ts';
import type { ResultTable } from '../../results.ts';
import type { FreshProcesses } from '../comparison/fresh-processes.ts';
import type { Subject } from '../comparison/start-subjects.ts';
import { isControl, type SubjectName, schemeSubjects } from '../comparison/subjects.ts';
import type { LabContext } from '../context.ts';
import type { ThroughputWords } from './words.ts';

export type OtherLoad = {
  readonly program: 'ab' | 'wrk';
  readonly subject: SubjectName;
  readonly succeeded: number;
  readonly failures: FailureCounts;
  readonly totalMs: number;
  readonly requestsPerSecond: number;
  readonly meanLatencyMs: number | null;
};

export interface OtherLoadOptions {
  readonly requests: number;
  readonly connections: number;
  readonly wrkSeconds: number;
  readonly pinning: PinningPlan;
}

/** Once for each scheme: nothing is judged by it. */
export async function measureByOthers(
  context: LabContext,
  words: ThroughputWords,
  { of }: FreshProcesses,
  options: OtherLoadOptions,
): Promise<OtherLoad[]> {
  const { ab, wrk } = findExternalGenerators();
  const loads: OtherLoad[] = [];
  for (const name of context.random.shuffled(schemeSubjects.filter((subject) => !isControl(subject)))) {
    if (ab !== undefined) {
      context.progress(words.otherProgress('ab', name));
      loads.push(
        loadOf('ab', name, await runAb({ program: ab, ...target(of(name), 1), ...load(options) }, context.signal)),
      );
    }
    if (wrk !== undefined) {
      context.progress(words.otherProgress('wrk', name));
      const { connections, wrkSeconds: durationSeconds, pinning } = options;
      const run = { program: wrk, ...target(of(name)), connections, durationSeconds, ...coresOf(pinning) };
      loads.push(loadOf('wrk', name, await runWrk(run, context.signal)));
    }
  }
  return loads;
}

function target(
  { balancerUrl, visitors }: Subject,
  most: number = visitors.length,
): { url: string; visitors: Subject['visitors'] } {
  return { url: `${balancerUrl}/profile`, visitors: visitors.slice(0, most) };
}

function load({ requests, connections, pinning }: OtherLoadOptions): { requests: number; connections: number } {
  return { requests, connections, ...coresOf(pinning) };
}

function coresOf(pinning: PinningPlan): { cores?: readonly number[] } {
  return pinning.possible ? { cores: pinning.generatorCores } : {};
}

function loadOf(program: OtherLoad['program'], subject: SubjectName, result: ClosedLoopResult): OtherLoad {
  const { succeeded, failures, totalMs, requestsPerSecond, latency } = result;
  return { program, subject, succeeded, failures, totalMs, requestsPerSecond, meanLatencyMs: latency?.meanMs ?? null };
}

export function otherLoadsTable(loads: readonly OtherLoad[], words: ThroughputWords): ResultTable[] {
  if (loads.length === 0) return [];
  const rows = (['ab', 'wrk'] as const).flatMap((program) =>
    schemeSubjects.flatMap((subject) =>
      loads
        .filter((load) => load.program === program && load.subject === subject)
        .map(({ succeeded, failures, totalMs, requestsPerSecond, meanLatencyMs }) => [
          program,
          words.subjects[subject],
          succeeded,
          figure(totalMs),
          figure(requestsPerSecond),
          meanLatencyMs === null ? '–' : figure(meanLatencyMs),
          failures.non2xx + failures.timeouts + failures.errors,
        ]),
    ),
  );
  return [{ ...words.otherTable, rows }];
}
