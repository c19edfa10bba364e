/** What held a loaded system back, seen from how busy each process was: shown, not guessed. */
import type { GroupCpu } from './process-cpu.ts';

/** How busy the busiest thread of a group was. Plain JSON, to be recorded as it is. */
type GroupLoad = {
  readonly name: string;
  /** CPU time of the whole group per elapsed time: 1 is one full core. */
  readonly cores: number;
  /** Share of the time in which its busiest thread ran. */
  readonly running: number;
  /** Share of the time in which that thread ran or waited for a core. */
  readonly wanting: number;
};

/** Plain JSON, to be recorded as it is. */
export type Bottleneck = {
  /** The group that could not go faster, which may be the generator; `null` when all of them had time left, and waited for something else. */
  readonly group: string | null;
  /**
   * `own-limit`: its busiest thread ran nearly all the time. `shared-core`: it wanted to, but other programs, ours or
   * not, had the core for part of it; of ours, this group took the most.
   */
  readonly cause: 'own-limit' | 'shared-core' | null;
  /** The generator had no time left either: the servers might have done more than was measured. */
  readonly generatorSaturated: boolean;
  /** All groups, the one that wanted most first. */
  readonly loads: readonly GroupLoad[];
};

/** From which share of the time on a thread has none left. Even at the limit, the other side leaves small gaps. */
const saturated = 0.8;

export interface LoadedSystem {
  /** How long the load lasted, e.g. `totalMs` of a closed loop. */
  readonly elapsedMs: number;
  /** What the servers took during it. */
  readonly servers: readonly GroupCpu[];
  readonly generator: GroupCpu;
}

export function findBottleneck({ elapsedMs, servers, generator }: LoadedSystem): Bottleneck {
  const ofGenerator = loadOf(generator, elapsedMs);
  const loads = [...servers.map((group) => loadOf(group, elapsedMs)), ofGenerator];
  loads.sort((a, b) => b.wanting - a.wanting);
  const [atLimit] = loads.filter(({ running }) => running >= saturated).sort((a, b) => b.running - a.running);
  const [crowded] = loads.filter(({ wanting }) => wanting >= saturated).sort((a, b) => b.cores - a.cores);
  return {
    group: (atLimit ?? crowded)?.name ?? null,
    cause: atLimit !== undefined ? 'own-limit' : crowded !== undefined ? 'shared-core' : null,
    generatorSaturated: ofGenerator.wanting >= saturated,
    loads,
  };
}

function loadOf({ name, cpuMs, busiest }: GroupCpu, elapsedMs: number): GroupLoad {
  if (!(elapsedMs > 0)) return { name, cores: 0, running: 0, wanting: 0 };
  return {
    name,
    cores: cpuMs / elapsedMs,
    running: busiest.cpuMs / elapsedMs,
    wanting: (busiest.cpuMs + (busiest.waitMs ?? 0)) / elapsedMs,
  };
}
