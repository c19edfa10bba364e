/** What the observations of experiment 2.3 mean. */
import type { ResultChart, ResultTable, Verdict } from '../results.ts';
import type { Analysis, Judgement } from './experiment.ts';
import type { FrozenSample, OutageCell, OutageRequest, RedisDownObservations } from './l23-redis-down.observations.ts';
import { redisDownWords as words } from './l23-redis-down.words.ts';
import { countOf, type Status } from './wording.ts';

/** What became of the old sessions; `unclear` when not all of them were answered alike, or not at all. */
type Outcome = 'kept' | 'lost' | 'unclear';

export function analyseRedisDown(observations: RedisDownObservations): Analysis {
  const { cells, frozen } = observations;
  const lost = cells.filter((cell) => outcomeOf(cell) === 'lost').length;
  const during = whileFrozen(frozen.samples, frozen);
  return {
    headline: words.headline(lost, cells.length),
    tables: [
      matrixTable(cells),
      outageTable(cells),
      ...(during.length === 0 ? [] : [frozenTable(observations)]),
    ],
    charts: during.length === 0 ? [] : [frozenChart(observations)],
    judgements: [judgeAtOnce(cells), judgeFailure(cells), judgeGone(cells)],
    findings: findingsOf(observations),
  };
}

function judgeAtOnce(cells: readonly OutageCell[]): Judgement {
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

function judgeFailure(cells: readonly OutageCell[]): Judgement {
  const statuses = cells.flatMap(({ outage }) => outage.filter(needsSession).map(({ status }) => status));
  if (statuses.length === 0) return { id: 'H2', verdict: 'undecided', evidence: words.evidence.noRequests };
  const isAsSaid = statuses.every((status) => status === 500 || status === 401);
  return {
    id: 'H2',
    verdict: isAsSaid ? 'confirmed' : 'refuted',
    evidence: words.evidence.failure(statuses, statuses.filter(isFailure).length),
  };
}

function judgeGone(cells: readonly OutageCell[]): Judgement {
  const outcomes = cells.map(outcomeOf);
  const lost = cells.filter((cell) => outcomeOf(cell) === 'lost');
  const unclear = outcomes.filter((outcome) => outcome === 'unclear').length;
  if (unclear > 0 || cells.length === 0) {
    return { id: 'H3', verdict: 'undecided', evidence: words.evidence.unclear(unclear, cells.length) };
  }
  const verdict: Verdict = lost.length === cells.length ? 'confirmed' : lost.length === 0 ? 'refuted' : 'conditional';
  return { id: 'H3', verdict, evidence: words.evidence.gone(lost.map(nameOf), cells.length) };
}

/** Sessions that did not work before the outage say nothing about it. */
function isUsable({ before }: OutageCell): boolean {
  return before.length > 0 && before.every((status) => status === 200);
}

function outcomeOf(cell: OutageCell): Outcome {
  if (!isUsable(cell) || cell.after.length !== cell.before.length) return 'unclear';
  if (cell.after.every((status) => status === 200)) return 'kept';
  return cell.after.every((status) => status === 401) ? 'lost' : 'unclear';
}

function nameOf({ persistence, signal }: OutageCell): string {
  return `${words.persistence[persistence]} + ${signal}`;
}

function needsSession({ request }: Pick<OutageRequest, 'request'>): boolean {
  return request !== 'health';
}

function isFailure(status: Status): boolean {
  return typeof status === 'string' || status >= 400;
}

/** Sent while Redis was frozen; what was sent just before may have been answered already. */
function whileFrozen(
  samples: readonly FrozenSample[],
  { frozenAtMs, thawedAtMs }: RedisDownObservations['frozen'],
): FrozenSample[] {
  return samples.filter(({ atMs }) => atMs >= frozenAtMs && atMs < thawedAtMs);
}

function longest<Timed extends { readonly durationMs: number }>(samples: readonly Timed[]): Timed | undefined {
  return samples.reduce<Timed | undefined>(
    (found, sample) => (found === undefined || sample.durationMs > found.durationMs ? sample : found),
    undefined,
  );
}

function matrixTable(cells: readonly OutageCell[]): ResultTable {
  return {
    ...words.matrixTable,
    rows: cells.map((cell) => {
      const { persistence, signal, after, servedAgainMs, newLogin } = cell;
      const outcome = outcomeOf(cell);
      const kept = after.filter((status) => status === 200).length;
      return [
        words.persistence[persistence],
        signal,
        words.outcome[outcome](kept, after.length),
        words.statuses(after),
        servedAgainMs ?? words.never,
        words.statuses([newLogin.status, newLogin.profileStatus]),
        words.holds[outcome],
      ];
    }),
  };
}

function outageTable(cells: readonly OutageCell[]): ResultTable {
  const requests = cells.flatMap(({ outage }) => outage);
  const kinds = [...countOf(requests.map(({ request }) => request)).keys()];
  return {
    ...words.outageTable,
    rows: kinds.map((kind) => {
      const ofKind = requests.filter(({ request }) => request === kind);
      const slowest = (round: number) =>
        longest(ofKind.filter((request) => request.round === round))?.durationMs ?? words.never;
      const retryAfter = cells.flatMap(({ retryAfterSeconds }) => retryAfterSeconds[kind] ?? []);
      return [
        words.requests[kind],
        words.statusCounts(ofKind.map(({ status }) => status)),
        slowest(1),
        slowest(2),
        retryAfter[0] ?? words.never,
      ];
    }),
  };
}

function frozenTable({ frozen }: RedisDownObservations): ResultTable {
  const { samples, frozenAtMs, thawedAtMs } = frozen;
  const phases = [
    samples.filter(({ atMs }) => atMs < frozenAtMs),
    whileFrozen(samples, frozen),
    samples.filter(({ atMs }) => atMs >= thawedAtMs),
  ];
  return {
    ...words.frozenTable,
    rows: phases.map((ofPhase, index) => {
      const slowest = longest(ofPhase);
      return [
        words.phases[index] ?? '',
        ofPhase.length,
        words.statusCounts(ofPhase.map(({ status }) => status)),
        slowest?.durationMs ?? words.never,
        slowest?.status ?? words.never,
      ];
    }),
  };
}

function frozenChart({ frozen: { samples, frozenAtMs, thawedAtMs } }: RedisDownObservations): ResultChart {
  const statuses = [...countOf(samples.map(({ status }) => status)).keys()];
  return {
    kind: 'line',
    ...words.chart,
    series: statuses.map((answer) => ({
      name: words.answered(answer),
      points: samples
        .filter(({ status }) => status === answer)
        .map(({ atMs, durationMs }): [number, number] => [atMs / 1000, durationMs]),
    })),
    marks: [
      { x: frozenAtMs / 1000, label: words.marks.frozen },
      { x: thawedAtMs / 1000, label: words.marks.thawed },
    ],
  };
}

function findingsOf({ cells, frozen }: RedisDownObservations): string[] {
  const { findings } = words;
  const lost = cells.filter((cell) => outcomeOf(cell) === 'lost');
  const kept = cells.filter((cell) => outcomeOf(cell) === 'kept');
  const requests = cells.flatMap(({ outage }) => outage).filter(needsSession);
  const found: string[] = [];
  if (lost.length > 0 && kept.length > 0) found.push(findings.choice(kept.map(nameOf), lost.map(nameOf)));
  if (requests.length > 0 && requests.every(({ status }) => status === 503)) found.push(findings.unavailable);
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
