/** What the observations of experiment 2.4 mean. */
import type { Verdict } from '../../results.ts';
import type { Analysis, Judgement } from '../experiment.ts';
import { countOf } from '../wording.ts';
import {
  type Condition,
  isTold,
  type StaleCopiesObservations,
  type StaleTrial,
  storedSchemes,
  trialsOf,
} from './observations.ts';
import { distributionChart, sharingTable, stalenessTable } from './tables.ts';
import type { StaleCopiesWords } from './words.ts';

/** With every link up, and once a link is closed: a tenth of the lease is "at once". */
export function atOnceMs({ leaseMs }: Pick<StaleCopiesObservations, 'leaseMs'>): number {
  return leaseMs / 10;
}

export function analyseStaleCopies(observations: StaleCopiesObservations, words: StaleCopiesWords): Analysis {
  const { leaseMs } = observations;
  const atOnce = atOnceMs(observations);
  return {
    headline: words.headline(
      longestOf(observations, ['idle', 'load', 'closed']),
      longestOf(observations, ['silent']),
      leaseMs,
    ),
    tables: [stalenessTable(observations, words), sharingTable(observations, words)],
    charts: [distributionChart(observations, words)],
    judgements: [
      judge('H1', observations, ['idle', 'load'], atOnce, words),
      judge('H2', observations, ['silent'], leaseMs, words),
      judge('H3', observations, ['closed'], atOnce, words),
    ],
    findings: findingsOf(observations, words),
  };
}

/** The longest staleness of coherent sessions; `null` when nothing was tried. */
function longestOf(observations: StaleCopiesObservations, of: readonly Condition[]): number | null {
  const found = of.flatMap((condition) => trialsOf(observations, 'coherent', condition)).map(({ staleMs }) => staleMs);
  return found.length === 0 ? null : Math.max(...found);
}

function judge(
  id: Judgement['id'],
  observations: StaleCopiesObservations,
  of: readonly Condition[],
  boundMs: number,
  words: StaleCopiesWords,
): Judgement {
  const trials = of.flatMap((condition) => trialsOf(observations, 'coherent', condition));
  const told = trials.filter(isTold);
  if (told.length === 0 || told.length < trials.length) {
    return { id, verdict: 'undecided', evidence: words.evidence.untold(trials.length - told.length, trials.length) };
  }
  const longestMs = Math.max(...told.map(({ staleMs }) => staleMs));
  const neverRefused = told.filter(({ refusedAfterMs }) => refusedAfterMs === null).length;
  const loggedOut = sentAway(told);
  const isKept = longestMs <= boundMs && neverRefused === 0 && loggedOut === 0;
  const verdict: Verdict = isKept ? 'confirmed' : 'refuted';
  return {
    id,
    verdict,
    evidence: words.evidence.longest({ trials: told.length, longestMs, boundMs, neverRefused, loggedOut }),
  };
}

/** Answers 401 to users who had not logged out. */
function sentAway(trials: readonly StaleTrial[]): number {
  return trials.reduce((sum, { bystander }) => sum + bystander.refused, 0);
}

function findingsOf(observations: StaleCopiesObservations, words: StaleCopiesWords): string[] {
  const { trials, shared } = observations;
  const { findings } = words;
  const found: string[] = [];
  const floor = trials.filter(({ scheme, condition }) => scheme === 'redis' && condition !== 'silent');
  if (floor.length > 0) found.push(findings.floor(floor.length, Math.max(...floor.map(({ staleMs }) => staleMs))));
  const silent = storedSchemes.flatMap((scheme) => trialsOf(observations, scheme, 'silent'));
  const unavailable = silent.reduce((sum, each) => sum + each.answers.unavailable + each.bystander.unavailable, 0);
  if (unavailable > 0) found.push(findings.unavailable(unavailable));
  const away = sentAway(trials);
  found.push(away === 0 ? findings.nobodySentAway : findings.sentAway(away));
  const { loggedIn, loggedOut } = shared.outage;
  if ([...loggedIn, ...loggedOut].length > 0) found.push(findings.outage(loggedIn, loggedOut));
  const spread = countOf(shared.balanced.servers.filter((server) => server !== null));
  found.push(findings.sharing(shared.balanced.statuses, spread.size));
  return found;
}
