/** A summary with everything that one can have, in either language, for the tests of the report. */
import type { Language } from '../../src/language.ts';
import type { LabSummary, Recommendation } from '../../src/results.ts';
import { atEach } from '../experiments/made-up.ts';
import { stateless } from '../summary/made-up-behaviour.ts';
import { cost, throughput } from '../summary/made-up-measurements.ts';
import { madeUpSummary, type Observed, usual, usualBytes, usualCpuMs } from '../summary/made-up-results.ts';

/** Recommendations of every outcome; notes; problems with and without a remedy; and what is next. */
export function sampleSummary(language: Language): LabSummary {
  const of = (observed: Observed, id: string): Recommendation | undefined =>
    madeUpSummary(observed, { language }).recommendations.find((one) => one.id === id);
  const jwtNeedsRedis = stateless({ down: atEach([503, 503, 503]) });
  const special = [
    of({ ...usual, '4.3': cost({ ...usualCpuMs, redis: 0.26 }, usualBytes, 0.5) }, 'shop'),
    of({ ...usual, '3.1': jwtNeedsRedis }, 'microservices'),
    of(usual, 'medium-to-large'),
  ];
  const summary = madeUpSummary(
    { ...usual, '4.2': throughput({ ...usualCpuMs, 'sticky-again': 0.5 }) },
    { language, failed: ['2.3'], changes: { notices: ['8080 → 18080'] } },
  );
  return {
    ...summary,
    recommendations: summary.recommendations.map((one) => special.find((other) => other?.id === one.id) ?? one),
  };
}
