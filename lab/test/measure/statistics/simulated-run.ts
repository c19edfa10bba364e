/** Runs of the lab as they were measured to be, with a known true ratio, to see how often the statistics are wrong. */
import type { SeededRandom } from '../../../src/experiments/seeded-random.ts';
import type { BlockSample } from '../../../src/measure/statistics/paired-ratios.ts';

export interface SimulatedNoise {
  /** How much two processes of one program differ, as a standard deviation of the logarithm. */
  readonly processes: number;
  /** The same for two blocks of one process. */
  readonly blocks: number;
  /** Share of the blocks that something else on the machine slows down, by a factor of two on average. */
  readonly spoilt: number;
}

/** Quiet, as measured on the project's machine, and twice as bad as that. */
export const quiet: SimulatedNoise = { processes: 0.02, blocks: 0.05, spoilt: 0.05 };
export const usual: SimulatedNoise = { processes: 0.07, blocks: 0.08, spoilt: 0.1 };
export const rough: SimulatedNoise = { processes: 0.1, blocks: 0.2, spoilt: 0.2 };

export interface SimulatedRun {
  readonly random: SeededRandom;
  readonly noise: SimulatedNoise;
  readonly ratio: number;
  readonly processes?: number;
  readonly blocks?: number;
}

/** `subject` is `ratio` times `baseline`; `again` is the baseline under another name. */
export function simulatedRun({ random, noise, ratio, processes = 5, blocks = 20 }: SimulatedRun): BlockSample[] {
  const samples: BlockSample[] = [];
  for (let process = 0; process < processes; process++) {
    const effects = { subject: ratio, baseline: 1, again: 1 };
    for (const subject of ['subject', 'baseline', 'again'] as const) {
      effects[subject] *= Math.exp(noise.processes * normal(random));
    }
    let drift = 0;
    for (let block = 0; block < blocks; block++) {
      // The machine's mood, which both subjects of a block share.
      drift = 0.8 * drift + 0.2 * normal(random);
      for (const subject of ['subject', 'baseline', 'again'] as const) {
        const spoilt = random.next() < noise.spoilt ? -Math.log(1 - random.next()) * Math.LN2 : 0;
        const value = 0.2 * effects[subject] * Math.exp(drift + noise.blocks * normal(random) + spoilt);
        samples.push({ subject, process, block, value });
      }
    }
  }
  return samples;
}

export function normal(random: SeededRandom): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
