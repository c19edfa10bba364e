/** What a deny-list costs, in Redis or in memory, beside JWT without one: by the method of the measuring experiments. */
import type { BlockSample } from '../../measure/statistics/paired-ratios.ts';
import type { ResultTable } from '../../results.ts';
import { type PinningOutcome, withFreshProcesses } from '../comparison/fresh-processes.ts';
import { controlOf, type JudgedRatio, ratioOf } from '../comparison/ordering.ts';
import {
  cpuSamples,
  measureSerialBlock,
  medianLatencySamples,
  type SerialBlock,
  sendSerial,
} from '../comparison/serial-block.ts';
import { type ClaimPlace, claimedDenyListPercent, placeInClaim } from '../comparison/source-claims.ts';
import type { LabContext } from '../context.ts';
import type { CostMeasure } from './measured.ts';
import type { DenyListWords } from './words.ts';

export type DenyListCost = PinningOutcome & { readonly blocks: readonly SerialBlock[] };

export async function measureCost(context: LabContext, words: DenyListWords): Promise<DenyListCost> {
  const requests = context.count({ quick: 100, default: 300, full: 800 });
  const blocks: SerialBlock[] = [];
  const pinning = await withFreshProcesses(
    context,
    {
      subjects: ['jwt', 'jwt-deny-list', 'jwt-pushed', 'jwt-again'],
      processes: context.count({ quick: 3, default: 5, full: 5 }),
      blocks: context.count({ quick: 3, default: 8, full: 20 }),
      visitors: 50,
      progress: words.progress.cost,
    },
    async ({ process, generator, startOrder, blocks: planned, of }) => {
      for (const name of startOrder) await sendSerial(generator, of(name), 3 * requests, context.signal);
      for (const { block, order } of planned) {
        for (const name of order) {
          const one = { process, block, requests, signal: context.signal };
          blocks.push(await measureSerialBlock(generator, of(name), one));
        }
      }
    },
  );
  return { ...pinning, blocks };
}

const measures: readonly CostMeasure[] = ['latency', 'cpu'];

function samplesOf({ blocks }: DenyListCost, measure: CostMeasure): BlockSample[] {
  return measure === 'latency' ? medianLatencySamples(blocks) : cpuSamples(blocks);
}

export function costTable(cost: DenyListCost, words: DenyListWords): ResultTable {
  const { comparisons, ratio } = words.ordering;
  return {
    ...words.costTable,
    rows: measures.flatMap((measure) => {
      const samples = samplesOf(cost, measure);
      return (['jwt-deny-list', 'jwt-pushed', 'jwt-again'] as const).flatMap((subject) => {
        const found = ratioOf(samples, subject, 'jwt');
        if (found === null) return [];
        const { n, processes } = found.interval;
        return [[words.costMeasures[measure], ratio(found), comparisons[found.comparison], n, processes]];
      });
    }),
  };
}

export function costFindings(cost: DenyListCost, words: DenyListWords): string[] {
  return measures.flatMap((measure) => {
    const samples = samplesOf(cost, measure);
    const price = ratioOf(samples, 'jwt-deny-list', 'jwt');
    const control = controlOf(samples, 'jwt');
    if (price === null || control === null) return [];
    if (control.status === 'failed') return [words.findings.costControl(measure, control.ratio)];
    const pushed = ratioOf(samples, 'jwt-pushed', 'jwt');
    return [
      words.findings.price(measure, price, placeOf(price)),
      ...(pushed === null ? [] : [words.findings.pricePushed(measure, pushed)]),
    ];
  });
}

/** Where the whole interval lies in relation to the claim. */
function placeOf({ interval }: JudgedRatio): ClaimPlace | 'undecided' {
  const [low, high] = [interval.low, interval.high].map((bound) =>
    placeInClaim(100 * (bound - 1), claimedDenyListPercent),
  );
  return low === high && low !== undefined ? low : 'undecided';
}
