/** A queue as the proof sees it: what producers, workers and the inspector of a round need, and what may be asked of it. */
import type { AttemptMark, Told } from './ledger-entry.ts';
import type { PlannedTask, TaskEnd } from './plan.ts';

export interface QueueAddress {
  readonly url: string;
  readonly name: string;
  readonly leaseMs: number;
  /** Longest wait for an answer of Redis, where that can be set. */
  readonly deadlineMs: number;
}

interface ProofProducer {
  /**
   * Resolves once the task is stored.
   * @returns what was answered, e.g. `added` or `duplicate`
   * @throws whatever the queue throws; the task is then added again with the same id
   */
  add(task: PlannedTask): Promise<string>;
  /** Once a second. Does nothing where a queue has no schedules. */
  putSchedule(name: string): Promise<void>;
  close(): Promise<void>;
}

interface ScheduledWork {
  readonly schedule: string;
  /** The time that the task stands for, Unix ms. */
  readonly slotMs: number;
}

/** One attempt at a task of the plan, or of a schedule. */
export interface ProofAttempt extends AttemptMark {
  /** Failures that were told before, without the losses of workers. */
  readonly failuresBefore: number;
  readonly work: PlannedTask | ScheduledWork;
  /** What the queue wants thrown for each end. */
  failure(end: TaskEnd): Error;
}

interface WorkerOptions {
  readonly concurrency: number;
  readonly handler: (attempt: ProofAttempt) => Promise<void>;
  readonly tell: (told: Told, id: string) => void;
  readonly leaseLost: () => void;
}

interface ProofWorker {
  /** Takes nothing more and waits for what runs. */
  close(): Promise<void>;
}

export interface LeftTask {
  readonly id: string;
  readonly shelf: 'dead' | 'business';
}

export interface ProofInspector {
  /** Tasks that are neither done nor given up. */
  open(): Promise<number>;
  shelves(): Promise<LeftTask[]>;
  removeSchedules(names: readonly string[]): Promise<void>;
  /** Keys that should be gone, once all workers have closed; none where that is not promised. */
  leakedKeys(): Promise<string[]>;
  close(): Promise<void>;
}

/** What a queue has to offer, and so what it is held to. Nothing is held against a queue for what it does not have. */
export interface SubjectPromises {
  /** Order inside a key. */
  readonly keys: boolean;
  /** A number that rises each time that a task is taken. */
  readonly fences: boolean;
  /** The end of a task is refused when it comes from a worker that does not hold the task any more. */
  readonly refusals: boolean;
  /** Tells a worker what came of each of its tasks, `stale` included. */
  readonly told: boolean;
  readonly schedules: boolean;
  /** A shelf of its own for business errors. */
  readonly business: boolean;
  /** Leaves only keys of bounded size when it has drained. */
  readonly boundedKeys: boolean;
}

export interface ProofSubject {
  readonly name: SubjectName;
  readonly promises: SubjectPromises;
  /** Whether a key of this name holds tasks that are still to be done. */
  isHolding(key: string): boolean;
  openProducer(address: QueueAddress): Promise<ProofProducer>;
  openWorker(address: QueueAddress, options: WorkerOptions): Promise<ProofWorker>;
  openInspector(address: QueueAddress): Promise<ProofInspector>;
}

export type SubjectName = 'sallyport' | 'bullmq' | 'bee-queue';
