/** What the observations of experiment 4.1 mean. */

import { controlOf, judgeOrder, type OrderClaim, ratioOf } from '../comparison/ordering.ts';
import { isControl } from '../comparison/subjects.ts';
import type { Analysis, Judgement } from '../experiment.ts';
import { failedOf, type LatencyObservations, medianSamples } from './observations.ts';
import { distributionChart, latencyTable, openLoopTable, ratioTable, sourceTable } from './tables.ts';
import type { LatencyWords } from './words.ts';

/** The ranking that is claimed: sticky, then JWT, then Redis sessions. */
const latencyClaims: Readonly<Record<Judgement['id'], readonly OrderClaim[]>> = {
  H1: [
    { subject: 'sticky', baseline: 'jwt', claimed: 'lower' },
    { subject: 'sticky', baseline: 'redis', claimed: 'lower' },
  ],
  H2: [
    { subject: 'jwt', baseline: 'sticky', claimed: 'higher' },
    { subject: 'jwt', baseline: 'redis', claimed: 'lower' },
  ],
  H3: [
    { subject: 'redis', baseline: 'sticky', claimed: 'higher' },
    { subject: 'redis', baseline: 'jwt', claimed: 'higher' },
  ],
};

export function analyseLatency(observations: LatencyObservations, words: LatencyWords): Analysis {
  const samples = medianSamples(observations, 'direct');
  const judgements = (['H1', 'H2', 'H3'] as const).map((id): Judgement => {
    const { verdict, because, ratios } = judgeOrder(samples, latencyClaims[id]);
    return { id, verdict, evidence: words.evidence(ratios, because) };
  });
  const control = controlOf(samples);
  const findings = [words.findings.ranking(ranking(observations))];
  if (control !== null) findings.push(words.findings.control(control.ratio, control.status));
  const signature = ratioOf(samples, 'jwt-uncached', 'jwt');
  if (signature !== null) findings.push(words.findings.signature(signature));
  for (const { subject, sent, failures } of observations.openLoop) {
    if (failedOf(failures) > 0) findings.push(words.findings.failed(subject, sent, failures));
  }
  const late = observations.openLoop.filter(({ keptUp }) => !keptUp).map(({ subject }) => subject);
  if (late.length > 0) findings.push(words.findings.late(late));
  if (!observations.pinned) findings.push(words.findings.notPinned);
  return {
    headline: words.headline(ranking(observations)),
    tables: [
      latencyTable(observations, words),
      ratioTable(observations, words),
      sourceTable(observations, words),
      openLoopTable(observations, words),
    ],
    charts: (['direct', 'balancer'] as const).map((way) => distributionChart(observations, way, words)),
    judgements,
    findings,
  };
}

/** Medians when asked directly, the lowest first; the control is not a scheme of its own. */
function ranking({ pooled }: LatencyObservations): Parameters<LatencyWords['headline']>[0] {
  return pooled
    .flatMap(({ way, subject, latency }) =>
      way === 'direct' && !isControl(subject) && latency !== null ? [{ subject, p50Ms: latency.p50Ms }] : [],
    )
    .sort((a, b) => a.p50Ms - b.p50Ms);
}
