/**
 * The order in which subjects are measured so that the machine's moods meet all of them alike: each block measures
 * every subject once, in a new random order, and the blocks are repeated with fresh processes, because two processes
 * of one program differ for as long as they live.
 */
import { InvalidOptionError } from 'sallyport';
import type { SeededRandom } from '../../experiments/seeded-random.ts';

export interface BlockPlanOptions<Subject extends string = string> {
  /** What is compared, each by a name of its own. A subject that is to be its own control is named twice, e.g. `sticky` and `sticky again`. */
  readonly subjects: readonly Subject[];
  /** How often every subject is started anew. More of these narrow an interval; more blocks soon do not. @default 5 */
  readonly processes?: number;
  /** Blocks measured with each process. @default 20 */
  readonly blocks?: number;
  readonly random: SeededRandom;
}

export interface PlannedProcess<Subject extends string = string> {
  /** Counted from 0. */
  readonly process: number;
  /** The order in which the subjects are started. */
  readonly startOrder: readonly Subject[];
  readonly blocks: readonly PlannedBlock<Subject>[];
}

interface PlannedBlock<Subject extends string> {
  /** Counted from 0 within its process. */
  readonly block: number;
  /** The order in which the subjects are measured. */
  readonly order: readonly Subject[];
}

/** @throws InvalidOptionError */
export function blockPlan<Subject extends string>({
  subjects,
  processes = 5,
  blocks = 20,
  random,
}: BlockPlanOptions<Subject>): PlannedProcess<Subject>[] {
  if (subjects.length < 2 || new Set(subjects).size !== subjects.length) {
    throw new InvalidOptionError('subjects', 'at least two names, all different');
  }
  if (!Number.isSafeInteger(processes) || processes < 2) {
    throw new InvalidOptionError('processes', 'a whole number of at least 2');
  }
  if (!Number.isSafeInteger(blocks) || blocks < 1) {
    throw new InvalidOptionError('blocks', 'a whole number of at least 1');
  }
  return Array.from({ length: processes }, (_, process) => ({
    process,
    startOrder: random.shuffled(subjects),
    blocks: Array.from({ length: blocks }, (_, block) => ({ block, order: random.shuffled(subjects) })),
  }));
}
