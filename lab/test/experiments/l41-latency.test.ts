import { describe, expect, test } from 'vitest';
import { type SchemeSubject, schemeSubjects } from '../../src/experiments/comparison/subjects.ts';
import { latencyBins } from '../../src/experiments/l41-latency/histogram.ts';
import { latency } from '../../src/experiments/l41-latency/index.ts';
import type { LatencyObservations } from '../../src/experiments/l41-latency/observations.ts';
import { seededRandom } from '../../src/experiments/seeded-random.ts';
import { summariseLatency } from '../../src/measure/latency-summary.ts';
import { inBothLanguages } from './in-both-languages.ts';
import { verdicts } from './made-up.ts';

const analyseLatency = inBothLanguages(latency);
const noFailures = { non2xx: 0, timeouts: 0, errors: 0 };

/** Five processes with ten blocks of 50 latencies that lie within 3 % of these medians. */
function withMedians(
  medians: Readonly<Record<Exclude<SchemeSubject, 'jwt-uncached' | 'coherent'>, number>>,
): LatencyObservations {
  const random = seededRandom(7, 'latencies');
  const medianOf = { ...medians, 'jwt-uncached': 1.4 * medians.jwt, coherent: 1.02 * medians.sticky };
  const ways = ['direct', 'balancer'] as const;
  const samples = ways.flatMap((way) =>
    schemeSubjects.flatMap((subject) =>
      Array.from({ length: 50 }, (_, index) => ({
        way,
        subject,
        process: Math.floor(index / 10),
        block: index % 10,
        durationsMs: Array.from({ length: 50 }, () => medianOf[subject] * (0.97 + 0.06 * random.next())),
      })),
    ),
  );
  return {
    processes: 5,
    requestsPerBlock: 50,
    visitors: 50,
    balancer: 'nginx',
    pinning: { possible: true, generatorCores: [1], serverCores: [0] },
    pinned: true,
    answerBytes: schemeSubjects.map((subject) => ({ subject, bytes: subject === 'jwt' ? 240 : 230 })),
    blocks: samples.map(({ durationsMs, ...block }) => ({
      ...block,
      failures: noFailures,
      latency: summariseLatency(durationsMs),
    })),
    pooled: ways.flatMap((way) =>
      schemeSubjects.map((subject) => {
        const durationsMs = samples
          .filter((sample) => sample.way === way && sample.subject === subject)
          .flatMap((sample) => sample.durationsMs);
        return { way, subject, latency: summariseLatency(durationsMs), bins: latencyBins(durationsMs) };
      }),
    ),
    openLoop: schemeSubjects.map((subject) => ({
      subject,
      ratePerSecond: 200,
      sent: 200,
      failures: noFailures,
      latency: summariseLatency([medianOf[subject]]),
      keptUp: true,
    })),
  };
}

describe('experiment 4.1', () => {
  test('the claimed order is confirmed when it is there, with its figures', () => {
    const observations = withMedians({ sticky: 0.2, jwt: 0.4, redis: 1.5, 'sticky-again': 0.2 });
    const analysis = analyseLatency(observations);
    expect(verdicts(analysis)).toEqual({ H1: 'confirmed', H2: 'confirmed', H3: 'confirmed' });
    expect(analysis.headline).toMatch(
      /^P50 sticky 0\.[12]\d* ms, coherent sessions 0\.[12]\d* ms, JWT .*, JWT, checked each time .*, Redis sessions 1\.\d+ ms$/,
    );
    expect(analysis.tables[2]?.rows.map((row) => row[4])).toEqual([
      'within the claim',
      'within the claim',
      'within the claim',
    ]);
    expect(analysis.findings.join(' ')).toMatch(/signature check costs .*JWT, checked each time \/ JWT ×1\.[34]/);
    for (const chart of analysis.charts) {
      if (chart.kind !== 'bar') throw new Error('The distribution is drawn in bars.');
      const ofJwt = chart.bars.filter(({ group }) => group === 'JWT').reduce((sum, { value }) => sum + value, 0);
      expect(ofJwt).toBeCloseTo(100);
    }
  });

  test('requests lost at the fixed rate are told by kind', () => {
    const observations = withMedians({ sticky: 0.2, jwt: 0.3, redis: 1.5, 'sticky-again': 0.2 });
    const openLoop = observations.openLoop.map((rate) =>
      rate.subject === 'redis' ? { ...rate, failures: { non2xx: 3, timeouts: 1, errors: 2 } } : rate,
    );
    const analysis = analyseLatency({ ...observations, openLoop });
    const lost = 'Redis sessions lost requests: of 200, 3 were refused, 1 timed out and 2 broke';
    expect(analysis.findings.join(' ')).toContain(lost);
    expect(analysis.tables[3]?.rows.map((row) => row[3])).toEqual([0, 0, 0, 6, 0, 0]);
  });

  test('a JWT that is faster than sticky refutes the first two and not the third', () => {
    const analysis = analyseLatency(withMedians({ sticky: 0.2, jwt: 0.12, redis: 0.4, 'sticky-again': 0.2 }));
    expect(verdicts(analysis)).toEqual({ H1: 'refuted', H2: 'refuted', H3: 'confirmed' });
  });

  test('a difference within the margin is no reason for a verdict', () => {
    const analysis = analyseLatency(withMedians({ sticky: 0.2, jwt: 0.205, redis: 0.4, 'sticky-again': 0.2 }));
    expect(verdicts(analysis)).toEqual({ H1: 'undecided', H2: 'undecided', H3: 'confirmed' });
    expect(analysis.judgements[0]?.evidence).toContain('does not matter in practice');
  });

  test('a control that fails leaves nothing decided', () => {
    const analysis = analyseLatency(withMedians({ sticky: 0.2, jwt: 0.3, redis: 1.5, 'sticky-again': 0.3 }));
    expect(verdicts(analysis)).toEqual({ H1: 'undecided', H2: 'undecided', H3: 'undecided' });
    expect(analysis.findings.join(' ')).toContain('failed');
  });

  test('blocks with failures do not count, and without any there is no verdict', () => {
    const observations = withMedians({ sticky: 0.2, jwt: 0.3, redis: 1.5, 'sticky-again': 0.2 });
    const blocks = observations.blocks.map((block) => ({ ...block, failures: { ...noFailures, non2xx: 1 } }));
    const pooled = observations.pooled.map((entry) => ({ ...entry, latency: null, bins: [] }));
    const analysis = analyseLatency({ ...observations, blocks, pooled, pinned: false });
    expect(verdicts(analysis)).toEqual({ H1: 'undecided', H2: 'undecided', H3: 'undecided' });
    expect(analysis.headline).toBe('no request succeeded');
  });
});
