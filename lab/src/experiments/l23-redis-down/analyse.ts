/** What the observations of experiment 2.3 mean. */
import type { Verdict } from '../../results.ts';
import type { Analysis, Judgement } from '../experiment.ts';
import type { Status } from '../wording.ts';
import type { OutageCell, OutageRequest, RedisDownObservations } from './observations.ts';
import { isUsable, longest, outcomeOf, whileFrozen } from './outcomes.ts';
import { frozenChart, frozenTable, matrixTable, outageTable } from './tables.ts';
import type { RedisDownWords } from './words.ts';

export function analyseRedisDown(observations: RedisDownObservations, words: RedisDownWords): Analysis {
  const { cells, frozen } = observations;
  const lost = cells.filter((cell) => outcomeOf(cell) === 'lost').length;
  const during = whileFrozen(frozen.samples, frozen);
  return {
    headline: words.headline(lost, cells.length),
    tables: [
      matrixTable(cells, words),
      outageTable(cells, words),
      ...(during.length === 0 ? [] : [frozenTable(observations, words)]),
    ],
    charts: during.length === 0 ? [] : [frozenChart(observations, words)],
    judgements: [judgeAtOnce(cells, words), judgeFailure(cells, words), judgeGone(cells, words)],
    findings: findingsOf(observations, words),
  };
}

function judgeAtOnce(cells: readonly OutageCell[], words: RedisDownWords): Judgement {
  const usable = cells.filter(isUsable);
  const profiles = usable.flatMap(({ outage }) => outage.filter(({ request }) => request === 'profile'));
  if (usable.length < cells.length || profiles.length === 0) {
    return { id: 'H1', verdict: 'undecided', evidence: words.evidence.noSessions(cells.length - usable.length) };
  }
  const served = profiles.filter(({ status }) => status === 200).length;
  const firstMs = Math.min(...profiles.map(({ sinceSignalMs }) => sinceSignalMs));
  return {
    id: 'H1',
    verdict: served === 0 ? 'confirmed' : 'refuted',
    evidence: words.evidence.atOnce(served, profiles.length, firstMs),
  };
}

function judgeFailure(cells: readonly OutageCell[], words: RedisDownWords): Judgement {
  const statuses = cells.flatMap(({ outage }) => outage.filter(needsSession).map(({ status }) => status));
  if (statuses.length === 0) return { id: 'H2', verdict: 'undecided', evidence: words.evidence.noRequests };
  const isAsSaid = statuses.every((status) => status === 500 || status === 401);
  return {
    id: 'H2',
    verdict: isAsSaid ? 'confirmed' : 'refuted',
    evidence: words.evidence.failure(statuses, statuses.filter(isFailure).length),
  };
}

function judgeGone(cells: readonly OutageCell[], words: RedisDownWords): Judgement {
  const outcomes = cells.map(outcomeOf);
  const lost = cells.filter((cell) => outcomeOf(cell) === 'lost');
  const unclear = outcomes.filter((outcome) => outcome === 'unclear').length;
  if (unclear > 0 || cells.length === 0) {
    return { id: 'H3', verdict: 'undecided', evidence: words.evidence.unclear(unclear, cells.length) };
  }
  const verdict: Verdict = lost.length === cells.length ? 'confirmed' : lost.length === 0 ? 'refuted' : 'conditional';
  return { id: 'H3', verdict, evidence: words.evidence.gone(namesOf(lost, words), lost.length, cells.length) };
}

/** `save points (SIGKILL)`: the signals of each kind of persistence, together. */
function namesOf(cells: readonly OutageCell[], words: RedisDownWords): string[] {
  return [...new Set(cells.map(({ persistence }) => persistence))].map((persistence) => {
    const signals = cells.filter((cell) => cell.persistence === persistence).map(({ signal }) => signal);
    return words.named(persistence, signals);
  });
}

function needsSession({ request }: Pick<OutageRequest, 'request'>): boolean {
  return request !== 'health';
}

function isFailure(status: Status): boolean {
  return typeof status === 'string' || status >= 400;
}

function findingsOf({ cells, frozen }: RedisDownObservations, words: RedisDownWords): string[] {
  const { findings } = words;
  const lost = cells.filter((cell) => outcomeOf(cell) === 'lost');
  const kept = cells.filter((cell) => outcomeOf(cell) === 'kept');
  const requests = cells.flatMap(({ outage }) => outage).filter(needsSession);
  const found: string[] = [];
  if (lost.length > 0 && kept.length > 0) found.push(findings.choice(namesOf(kept, words), namesOf(lost, words)));
  if (requests.length > 0 && requests.every(({ status }) => status === 503)) {
    found.push(
      findings.unavailable(
        cells.find(({ retryAfterSeconds }) => retryAfterSeconds !== null)?.retryAfterSeconds ?? undefined,
      ),
    );
  }
  if (requests.some(({ status }) => status === 401)) found.push(findings.sentToLogin);
  const logins = requests.filter(({ request }) => request === 'login');
  if (logins.length > 0) found.push(findings.duringOutage(logins.map(({ status }) => status)));
  const servedAgain = cells.flatMap(({ servedAgainMs }) => servedAgainMs ?? []);
  if (servedAgain.length > 0) found.push(findings.servedAgain(servedAgain));
  const slowest = longest(whileFrozen(frozen.samples, frozen));
  if (slowest !== undefined) {
    found.push(findings.frozen(frozen.thawedAtMs - frozen.frozenAtMs, slowest.durationMs, slowest.status));
  }
  return found;
}
