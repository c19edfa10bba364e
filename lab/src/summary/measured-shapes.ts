/** What the summary reads of the experiments that measure. */
import type { SerialBlock } from '../experiments/comparison/serial-block.ts';
import type { DenyListObservations } from '../experiments/l33-deny-list/analyse.ts';
import type { LatencyObservations } from '../experiments/l41-latency/observations.ts';
import type { ThroughputObservations } from '../experiments/l42-throughput/observations.ts';
import type { CostObservations } from '../experiments/l43-cost/observations.ts';
import { type Check, isAtLeast, isFlag, isListOf, isNumber, isObject, isText } from '../report/json-shape.ts';
import type { ObservedShape } from './observed.ts';
import { orNull } from './shapes.ts';

const isCount = isAtLeast(0);
const isFailures = isObject({ non2xx: isCount, timeouts: isCount, errors: isCount });
const isLatency = isObject({ p50Ms: isCount, p99Ms: isCount });
const inBlock = { subject: isText, process: isCount, block: isCount };
const isSerialBlocks: Check = isListOf(
  isObject({
    ...inBlock,
    requests: isAtLeast(1),
    failed: isCount,
    cpuMs: orNull(isNumber),
    latency: orNull(isLatency),
  }),
);

export const latencyShape: ObservedShape<LatencyObservations> = {
  experiment: '4.1',
  check: isObject({
    blocks: isListOf(isObject({ ...inBlock, way: isText, failures: isFailures, latency: orNull(isLatency) })),
    pooled: isListOf(isObject({ way: isText, subject: isText, latency: orNull(isLatency) })),
  }),
};

export const throughputShape: ObservedShape<ThroughputObservations> = {
  experiment: '4.2',
  check: isObject({
    rounds: isListOf(
      isObject({
        ...inBlock,
        succeeded: isCount,
        failures: isFailures,
        complete: isFlag,
        requestsPerSecond: isCount,
        cpu: isListOf(isObject({ group: isText, cpuMs: isNumber, complete: isFlag })),
      }),
    ),
  }),
};

export const memoryShape: ObservedShape<Pick<CostObservations, 'memory'>> = {
  experiment: '4.3',
  check: isObject({
    memory: isListOf(
      isObject({ subject: isText, size: isCount, heapBytes: orNull(isNumber), redisBytes: orNull(isNumber) }),
    ),
  }),
};

export const serialCostShape: ObservedShape<{ readonly cpu: readonly SerialBlock[] }> = {
  experiment: '4.3',
  check: isObject({ cpu: isSerialBlocks }),
};

export const denyListCostShape: ObservedShape<Pick<DenyListObservations, 'cost'>> = {
  experiment: '3.3',
  check: isObject({}, { cost: isObject({ blocks: isSerialBlocks }) }),
};
