/** How things break, what a plan says about it, and what is known of it afterwards. */

/** A process does it to itself, at a moment that only it knows. */
export type WorkerFault = 'worker-kill' | 'worker-freeze' | 'worker-block';
/** Done to the link between a process and Redis. */
export type LinkFault = 'link-reset' | 'link-black-hole' | 'link-half-open' | 'link-cut-before-reply';
export type ServerFault = 'redis-kill' | 'script-flush';

export const workerFaults: readonly WorkerFault[] = ['worker-kill', 'worker-freeze', 'worker-block'];
export const outsideFaults: readonly (LinkFault | ServerFault)[] = [
  'redis-kill',
  'link-reset',
  'link-black-hole',
  'link-half-open',
  'link-cut-before-reply',
  'script-flush',
];

/** Where in the life of an attempt a worker breaks. `telling`: while it may be saying that the work is done. */
export type StrikePhase = 'taken' | 'working' | 'effect' | 'telling';

export interface WorkerStrike {
  readonly fault: WorkerFault;
  readonly worker: number;
  readonly phase: StrikePhase;
  /** It breaks in the attempt of this number, counted in this process, or the first later one that has the phase. */
  readonly attempt: number;
  /** How long it is broken; 0 for ever. */
  readonly forMs: number;
  /** After the handler has returned, in the phase `telling`. */
  readonly afterMs: number;
}

export interface OutsideStrike {
  readonly fault: LinkFault | ServerFault;
  /** It breaks once the ledgers have so many lines of this event. */
  readonly after: { readonly event: string; readonly count: number };
  readonly forMs: number;
  /** Names of processes whose link breaks. */
  readonly targets: readonly string[];
  /** Which way bytes vanish on a link that is half open. */
  readonly direction: 'requests' | 'replies';
}

/** A fault as it happened, on the clock of the ledgers. */
export interface StruckFault {
  readonly fault: WorkerFault | LinkFault | ServerFault;
  /** Names of those that it hit. */
  readonly processes: readonly string[];
  readonly from: number;
  readonly until: number;
  /**
   * How much it has broken, as seen from outside: processes that died of it or stood still, connections that were
   * reset, pieces of data that vanished, scripts that Redis forgot. 0: it passed by unnoticed, and proves nothing.
   */
  readonly traces: number;
}
