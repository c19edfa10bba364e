/** The frame of every comparison: all subjects started anew several times, and measured in blocks of random order. */
import { type LoadGenerator, startLoadGenerator } from '../../measure/load-generator.ts';
import { type PinningPlan, pinProcess, planPinning } from '../../measure/pinning.ts';
import { blockPlan } from '../../measure/statistics/block-plan.ts';
import type { LabContext } from '../context.ts';
import { type Subject, startSubjects } from './start-subjects.ts';
import type { SubjectName } from './subjects.ts';

export interface FreshProcessesOptions {
  readonly subjects: readonly SubjectName[];
  /** How often every subject is started anew. */
  readonly processes: number;
  /** Blocks with each process. */
  readonly blocks: number;
  /** Users logged in at each subject. */
  readonly visitors: number;
  readonly progress: (process: number, processes: number) => string;
}

/** One generation of processes, to be measured. */
export interface FreshProcesses {
  /** Counted from 0. */
  readonly process: number;
  readonly generator: LoadGenerator;
  readonly startOrder: readonly SubjectName[];
  readonly blocks: readonly { readonly block: number; readonly order: readonly SubjectName[] }[];
  of(name: SubjectName): Subject;
}

/** Plain JSON, to be recorded as it is. */
export type PinningOutcome = {
  readonly pinning: PinningPlan;
  /** False when not every process could be moved to its cores. */
  readonly pinned: boolean;
};

/** The generator has a core of its own where the system can pin processes; the servers share the others. */
export async function withFreshProcesses(
  context: LabContext,
  { subjects, processes, blocks, visitors, progress }: FreshProcessesOptions,
  measure: (fresh: FreshProcesses) => Promise<void>,
): Promise<PinningOutcome> {
  const pinning = planPinning();
  const generator = await startLoadGenerator();
  try {
    let pinned = pinning.possible && (await pinProcess(generator.pid, pinning.generatorCores)).pinned;
    for (const planned of blockPlan({ subjects, processes, blocks, random: context.random })) {
      context.progress(progress(planned.process + 1, processes));
      const running = await startSubjects(context, { startOrder: planned.startOrder, visitors, pinning });
      pinned &&= running.pinned;
      await measure({ ...planned, generator, of: running.of });
      await running.stop();
    }
    return { pinning, pinned };
  } finally {
    await generator.stop();
  }
}
