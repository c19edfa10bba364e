/** What the observations of experiment 3.2 mean. */
import type { ResultChart, ResultTable } from '../../results.ts';
import type { Analysis, Judgement } from '../experiment.ts';
import { allAnswered, type ProfilesAtEach } from '../profile-at-each.ts';
import type { TokenExpiryWords } from './words.ts';

/** The token was asked with at each server, so long after its login. */
export type WalkStep = ProfilesAtEach & { readonly afterMs: number };

/** How long one token was really accepted, in milliseconds since it was issued. */
export type TokenLife = {
  /** When it was issued, in ms after the full second. */
  readonly phaseMs: number;
  readonly iatSeconds: number;
  readonly expSeconds: number;
  /** When `exp` came. */
  readonly expAfterMs: number;
  /** When the last request was sent that was accepted. */
  readonly acceptedUntilMs: number | null;
  /** When the first refusal had arrived; null when none came. */
  readonly refusedFromMs: number | null;
  readonly error: string | null;
};

export type ForgeryKind = 'exp edited' | 'role edited' | 'alg none' | 'alg none, old signature' | 'another key';

export type Forgery = ProfilesAtEach & { readonly kind: ForgeryKind };

/** A token of a server whose clock is off by so much, made with the key that all servers share. */
export type SkewedToken = ProfilesAtEach & {
  readonly offsetSeconds: number;
  readonly hasNotBefore: boolean;
  /** `exp`, seen from the servers' clock, when the token was sent. */
  readonly expiresInSeconds: number;
};

export type TokenExpiryObservations = {
  readonly servers: readonly string[];
  readonly ttlSeconds: number;
  readonly pollMs: number;
  readonly walk: readonly WalkStep[];
  readonly lives: readonly TokenLife[];
  readonly forgeries: readonly Forgery[];
  readonly skews: readonly SkewedToken[];
};

/** The lab and the servers read one clock, so a request is seen to the millisecond; two allow for rounding. */
const clockToleranceMs = 2;

export function analyseTokenExpiry(observations: TokenExpiryObservations, words: TokenExpiryWords): Analysis {
  const { ttlSeconds, lives, forgeries, skews } = observations;
  const measured = lives.flatMap((life) => livedMs(life) ?? []);
  const findings: string[] = [];
  if (measured.length > 0) findings.push(words.findings.shorter(ttlSeconds, measured));
  const accepted = forgeries.filter(({ statuses }) => statuses.includes(200));
  if (accepted.length > 0)
    findings.push(words.findings.forgedAccepted(accepted.map(({ kind }) => words.forgeries[kind])));
  else if (forgeries.every((forgery) => allAnswered(forgery, 401)))
    findings.push(words.findings.forged(forgeries.length));
  const future = skews.filter(({ offsetSeconds }) => offsetSeconds > 0);
  const early = future.find((skew) => !skew.hasNotBefore && allAnswered(skew, 200));
  const notYet = future.find((skew) => skew.hasNotBefore && allAnswered(skew, 401));
  if (early !== undefined && notYet !== undefined) findings.push(words.findings.skew(early.offsetSeconds));
  return {
    headline: words.headline(ttlSeconds, measured),
    tables: [
      walkTable(observations, words),
      lifeTable(lives, words),
      forgeryTable(observations, words),
      skewTable(observations, words),
    ],
    charts: measured.length === 0 ? [] : [lifeChart(observations, words)],
    judgements: [judgeExp(observations, words), judgeChecked(observations, words), judgeRefused(observations, words)],
    findings,
  };
}

/** The middle of the span in which it was first refused. */
function livedMs({ acceptedUntilMs, refusedFromMs }: TokenLife): number | undefined {
  if (acceptedUntilMs === null || refusedFromMs === null) return undefined;
  return (acceptedUntilMs + refusedFromMs) / 2;
}

function judgeExp({ lives, ttlSeconds }: TokenExpiryObservations, words: TokenExpiryWords): Judgement {
  if (lives.length === 0) return { id: 'H1', verdict: 'undecided', evidence: words.evidence.noTokens };
  const asSaid = lives.filter(({ iatSeconds, expSeconds }) => expSeconds - iatSeconds === ttlSeconds).length;
  return {
    id: 'H1',
    verdict: asSaid === lives.length ? 'confirmed' : 'refuted',
    evidence: words.evidence.exp(asSaid, lives.length, ttlSeconds),
  };
}

/** Checked means: a good signature does not help once `exp` has passed, and `exp` can not be moved. */
function judgeChecked({ skews, forgeries, walk }: TokenExpiryObservations, words: TokenExpiryWords): Judgement {
  const [first] = walk;
  const past = skews.find(({ expiresInSeconds }) => expiresInSeconds < 0);
  const edited = forgeries.find(({ kind }) => kind === 'exp edited');
  if (past === undefined || edited === undefined || first === undefined || !allAnswered(first, 200)) {
    return { id: 'H2', verdict: 'undecided', evidence: words.evidence.noTokens };
  }
  return {
    id: 'H2',
    verdict: allAnswered(past, 401) && allAnswered(edited, 401) ? 'confirmed' : 'refuted',
    evidence: words.evidence.checked(past, edited),
  };
}

function judgeRefused({ walk, lives }: TokenExpiryObservations, words: TokenExpiryWords): Judgement {
  const last = walk.at(-1);
  const complete = lives.filter((life) => livedMs(life) !== undefined);
  const late = lives.filter(
    ({ acceptedUntilMs, expAfterMs }) => (acceptedUntilMs ?? 0) > expAfterMs + clockToleranceMs,
  );
  const early = complete.filter(
    ({ refusedFromMs, expAfterMs }) => (refusedFromMs ?? 0) < expAfterMs - clockToleranceMs,
  );
  if (last === undefined || walk.length < 3 || lives.length === 0 || !allAnswered(walk[0] ?? { statuses: [] }, 200)) {
    return { id: 'H3', verdict: 'undecided', evidence: words.evidence.noTokens };
  }
  const evidence = words.evidence.refused(walk, complete.length, lives.length, late.length, early.length);
  if (last.statuses.includes(200) || late.length > 0) return { id: 'H3', verdict: 'refuted', evidence };
  const isSeen = allAnswered(last, 401) && complete.length === lives.length && early.length === 0;
  return { id: 'H3', verdict: isSeen ? 'confirmed' : 'undecided', evidence };
}

function walkTable({ walk, servers }: TokenExpiryObservations, words: TokenExpiryWords): ResultTable {
  return {
    ...words.walkTable,
    columns: [words.walkColumns.moment, ...servers, words.walkColumns.answer],
    rows: walk.map(({ afterMs, statuses, errors }) => [words.moment(afterMs), ...statuses, errors[0] ?? '–']),
  };
}

function lifeTable(lives: readonly TokenLife[], words: TokenExpiryWords): ResultTable {
  return {
    ...words.lifeTable,
    rows: lives.map((life) => [
      life.phaseMs,
      life.expSeconds - life.iatSeconds,
      livedMs(life) ?? words.never,
      life.acceptedUntilMs === null || life.refusedFromMs === null
        ? words.never
        : (life.refusedFromMs - life.acceptedUntilMs) / 2,
      life.expAfterMs,
      life.error ?? words.never,
    ]),
  };
}

function forgeryTable({ forgeries, servers }: TokenExpiryObservations, words: TokenExpiryWords): ResultTable {
  return {
    ...words.forgeryTable,
    columns: [words.forgeryColumns.token, ...servers, words.forgeryColumns.answer],
    rows: forgeries.map(({ kind, statuses, errors }) => [words.forgeries[kind], ...statuses, errors[0] ?? words.never]),
  };
}

function skewTable({ skews, servers }: TokenExpiryObservations, words: TokenExpiryWords): ResultTable {
  return {
    ...words.skewTable,
    columns: [words.skewColumns.clock, words.skewColumns.notBefore, ...servers, words.skewColumns.answer],
    rows: skews.map(({ offsetSeconds, hasNotBefore, statuses, errors }) => [
      words.offset(offsetSeconds),
      hasNotBefore ? words.yes : words.no,
      ...statuses,
      errors[0] ?? words.never,
    ]),
  };
}

function lifeChart({ lives, ttlSeconds }: TokenExpiryObservations, words: TokenExpiryWords): ResultChart {
  const points = lives
    .flatMap((life): [number, number][] => {
      const lived = livedMs(life);
      return lived === undefined ? [] : [[life.phaseMs, lived]];
    })
    .sort(([first], [second]) => first - second);
  return {
    kind: 'line',
    ...words.chart(ttlSeconds),
    series: [
      { name: words.series.measured, points },
      { name: words.series.claimed, points: points.map(([phaseMs]) => [phaseMs, ttlSeconds * 1000]) },
    ],
  };
}
