/** What the observations of experiment 4.2 mean. */
import { mean } from '../../measure/statistics/mean.ts';
import { median } from '../../measure/statistics/quantile.ts';
import type { Verdict } from '../../results.ts';
import { controlOf, judgeOrder, type OrderClaim, ratioOf } from '../comparison/ordering.ts';
import { isControl, type SubjectName, schemeSubjects } from '../comparison/subjects.ts';
import type { Analysis, Judgement } from '../experiment.ts';
import { cpuSamples, rateSamples, type ThroughputObservations } from './observations.ts';
import { otherLoadsTable } from './other-generators.ts';
import { bottleneckTable, cpuChart, cpuTable, ratioTable, throughputTable } from './tables.ts';
import type { ThroughputWords } from './words.ts';

const others: readonly SubjectName[] = ['jwt', 'redis'];

function claims(claimed: OrderClaim['claimed']): OrderClaim[] {
  return others.map((baseline) => ({ subject: 'sticky', baseline, claimed }));
}

export function analyseThroughput(observations: ThroughputObservations, words: ThroughputWords): Analysis {
  const [rates, cpu] = [rateSamples(observations), cpuSamples(observations)];
  const byRate = judgeOrder(rates, claims('higher'));
  const byCpu = judgeOrder(cpu, claims('lower'));
  const ranked = schemeSubjects
    .flatMap((subject) => {
      const values = rates.filter((sample) => sample.subject === subject).map(({ value }) => value);
      return isControl(subject) || values.length === 0 ? [] : [{ subject, perSecond: median(values) }];
    })
    .sort((a, b) => b.perSecond - a.perSecond);
  const findings = [words.findings.cpu(byCpu.verdict, byCpu.ratios, byCpu.because)];
  const copied = ratioOf(cpu, 'coherent', 'sticky');
  if (copied !== null) findings.push(words.findings.coherent(copied));
  const [rateControl, cpuControl] = [controlOf(rates), controlOf(cpu)];
  if (rateControl !== null) findings.push(words.findings.control('rate', rateControl.ratio, rateControl.status));
  if (cpuControl !== null) findings.push(words.findings.control('cpu', cpuControl.ratio, cpuControl.status));
  const saturated = observations.rounds.filter(({ bottleneck }) => bottleneck?.generatorSaturated === true).length;
  if (saturated > 0) findings.push(words.findings.generator(saturated, observations.rounds.length));
  const othersCores = observations.rounds.flatMap(({ othersCpuMs, totalMs }) =>
    othersCpuMs === null ? [] : [othersCpuMs / totalMs],
  );
  if (othersCores.length > 0) findings.push(words.findings.others(mean(othersCores)));
  if (!observations.pinned) findings.push(words.findings.notPinned);
  return {
    headline: words.headline(ranked),
    tables: [
      throughputTable(observations, words),
      ratioTable(rates, cpu, words),
      cpuTable(observations, words),
      bottleneckTable(observations, words),
      ...otherLoadsTable(observations.byOthers ?? [], words),
    ],
    charts: [cpuChart(observations, words)],
    judgements: [
      { id: 'H1', verdict: byRate.verdict, evidence: words.evidence.order(byRate.ratios, byRate.because) },
      judgeBound(observations, 'H2', 'redis', (group) => group === 'redis', words),
      judgeBound(observations, 'H3', 'jwt', (group) => group === 'app', words),
    ],
    findings,
  };
}

/** Decided by all rounds alike, or not: a limit of the generator says nothing about the servers. */
function judgeBound(
  { rounds }: ThroughputObservations,
  id: Judgement['id'],
  subject: SubjectName,
  isClaimed: (group: string) => boolean,
  words: ThroughputWords,
): Judgement {
  const limits = rounds.flatMap(({ subject: of, bottleneck }) =>
    of === subject && bottleneck !== null ? [bottleneck.group] : [],
  );
  const servers = limits.filter((group) => group !== null && group !== 'generator');
  const hits = servers.filter((group) => group !== null && isClaimed(group)).length;
  let verdict: Verdict = 'undecided';
  if (servers.length > 0 && servers.length === limits.length) {
    if (hits === servers.length) verdict = 'confirmed';
    if (hits === 0) verdict = 'refuted';
  }
  return { id, verdict, evidence: words.evidence.bound(subject, limits) };
}
