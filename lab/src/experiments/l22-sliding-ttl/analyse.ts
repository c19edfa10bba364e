/** What the observations of experiment 2.2 mean. */
import type { ResultChart, ResultTable } from '../../results.ts';
import type { Analysis, Judgement } from '../experiment.ts';
import type { Status } from '../wording.ts';
import type { SlidingTtlWords } from './words.ts';

/** `[milliseconds since the run began, PTTL in ms]`; -2 is what PTTL says of a key that is gone. */
export type TtlSample = readonly [number, number];

/** One request with the remaining life read right before and right after it. */
export type Access = {
  readonly atMs: number;
  readonly status: Status;
  readonly ttlBeforeMs: number;
  readonly ttlAfterMs: number;
  /** From before the request was sent to after the second reading. */
  readonly elapsedMs: number;
};

export type Visit = {
  readonly loginAtMs: number;
  readonly loginStatus: Status;
  /** The absolute cap that the session was given, as its key says. */
  readonly absoluteMs: number;
  /** First reading after the login. */
  readonly ttlMs: number;
  readonly samples: readonly TtlSample[];
  readonly accesses: readonly Access[];
  /** When the key was first seen gone; null while it was there. */
  readonly goneAtMs: number | null;
};

export type IdleUser = {
  /** PEXPIRETIME after the login, in ms since the run began. */
  readonly expiresAtMs: number;
  /** When Redis told that it had deleted the key; null when it did not. */
  readonly deletedAtMs: number | null;
  readonly statusAfter: Status;
};

export type SlidingTtlObservations = {
  readonly ttlMs: number;
  readonly sampleEveryMs: number;
  /** Logs in, pauses, comes once, and then not for longer than the TTL. */
  readonly visitor: Visit;
  /** Comes each half TTL. */
  readonly active: Visit;
  /** Come never again; nothing reads their keys meanwhile. */
  readonly idle: readonly IdleUser[];
  /** Comes each half TTL at a server with an absolute cap of twice the TTL, until past it. */
  readonly capped: Visit;
};

/** Within this a key counts as deleted at its TTL: Redis looks for expired keys ten times a second. */
const deletionToleranceMs = 500;
const clockToleranceMs = 10;
const leastTtls = 3;

export function analyseSlidingTtl(observations: SlidingTtlObservations, words: SlidingTtlWords): Analysis {
  const { visitor, active, idle, ttlMs, capped } = observations;
  const judgements = [
    judgeReset(observations, words),
    judgeActive(observations, words),
    judgeIdle(observations, words),
  ];
  const late = latenessesMs(idle);
  const findings = [];
  if (judgements[0]?.verdict === 'confirmed') findings.push(words.findings.pause(ttlMs));
  if (judgements[1]?.verdict === 'conditional')
    findings.push(words.findings.cap(capped.absoluteMs, visitor.absoluteMs));
  if (judgements[1]?.verdict === 'refuted') findings.push(words.findings.loggedOut);
  if (late.length > 0) findings.push(words.findings.late(late));
  return {
    headline: words.headline(visitor.accesses.at(0)?.ttlAfterMs ?? Number.NaN, ttlMs),
    tables: [
      momentTable(observations, words),
      accessTable(active, words),
      ...(idle.length === 0 ? [] : [idleTable(idle, words)]),
    ],
    charts: [ttlChart(observations, words)],
    judgements,
    findings,
  };
}

/** Redis' clock and ours are one: what is missing from a full TTL can only have passed since the request was sent. */
function isReset({ status, ttlBeforeMs, ttlAfterMs, elapsedMs }: Access, ttlMs: number): boolean {
  const missingMs = ttlMs - ttlAfterMs;
  return (
    status === 200 &&
    ttlAfterMs > ttlBeforeMs &&
    missingMs >= -clockToleranceMs &&
    missingMs <= elapsedMs + clockToleranceMs
  );
}

function judgeReset({ visitor, active, ttlMs }: SlidingTtlObservations, words: SlidingTtlWords): Judgement {
  // The visitor's last access comes after the session's end and is not to renew anything.
  const accesses = [...visitor.accesses, ...active.accesses].filter(({ ttlBeforeMs }) => ttlBeforeMs > 0);
  if (accesses.length === 0) return { id: 'H1', verdict: 'undecided', evidence: words.evidence.noAccess };
  const reset = accesses.filter((access) => isReset(access, ttlMs)).length;
  // A request that failed shows nothing; one that was served and left the TTL alone refutes "each".
  const served = accesses.filter(({ status }) => status === 200);
  const verdict = reset < served.length ? 'refuted' : reset === accesses.length ? 'confirmed' : 'undecided';
  return { id: 'H1', verdict, evidence: words.evidence.reset(reset, accesses, ttlMs) };
}

function judgeActive({ active, capped, ttlMs }: SlidingTtlObservations, words: SlidingTtlWords): Judgement {
  const spanMs = (active.accesses.at(-1)?.atMs ?? active.loginAtMs) - active.loginAtMs;
  const served = active.accesses.filter(({ status }) => status === 200).length;
  const total = active.accesses.length;
  if (longestGapMs(active) >= ttlMs) {
    return { id: 'H2', verdict: 'undecided', evidence: words.evidence.notActive(longestGapMs(active), ttlMs) };
  }
  if (active.accesses.some(({ status }) => status === 401)) {
    return { id: 'H2', verdict: 'refuted', evidence: words.evidence.active(served, total, spanMs, ttlMs) };
  }
  if (served < total || spanMs < leastTtls * ttlMs - clockToleranceMs) {
    return { id: 'H2', verdict: 'undecided', evidence: words.evidence.active(served, total, spanMs, ttlMs) };
  }
  const stayed = words.evidence.active(served, total, spanMs, ttlMs);
  const endMs = capEndMs(capped, ttlMs);
  if (endMs === undefined) {
    return { id: 'H2', verdict: 'confirmed', evidence: `${stayed} ${words.evidence.capNotSeen}` };
  }
  return { id: 'H2', verdict: 'conditional', evidence: `${stayed} ${words.evidence.capped(capped.absoluteMs, endMs)}` };
}

/** How long after the login an active user was first refused, if it was by the cap and not before it. */
function capEndMs(capped: Visit, ttlMs: number): number | undefined {
  const refused = capped.accesses.find(({ status }) => status === 401);
  const before = capped.accesses.filter(({ atMs }) => atMs < (refused?.atMs ?? 0));
  if (refused === undefined || before.length === 0 || before.some(({ status }) => status !== 200)) return undefined;
  const afterLoginMs = refused.atMs - capped.loginAtMs;
  const isByCap = afterLoginMs >= capped.absoluteMs - clockToleranceMs && longestGapMs(capped) < ttlMs;
  return capped.absoluteMs > 0 && isByCap ? afterLoginMs : undefined;
}

function longestGapMs({ loginAtMs, accesses }: Visit): number {
  const moments = [loginAtMs, ...accesses.map(({ atMs }) => atMs)];
  return Math.max(0, ...moments.slice(1).map((atMs, index) => atMs - (moments[index] ?? atMs)));
}

function judgeIdle({ idle, visitor }: SlidingTtlObservations, words: SlidingTtlWords): Judgement {
  const late = latenessesMs(idle);
  const statuses = [...idle.map(({ statusAfter }) => statusAfter), visitor.accesses.at(-1)?.status ?? '–'];
  if (idle.length === 0) return { id: 'H3', verdict: 'undecided', evidence: words.evidence.noIdle };
  const evidence = words.evidence.idle(idle.length, late, statuses);
  const early = late.some((ms) => ms < -clockToleranceMs);
  if (statuses.includes(200) || early) return { id: 'H3', verdict: 'refuted', evidence };
  const isComplete = late.length === idle.length && statuses.every((status) => status === 401);
  const isPrompt = late.every((ms) => ms <= deletionToleranceMs);
  return { id: 'H3', verdict: isComplete && isPrompt ? 'confirmed' : 'undecided', evidence };
}

function latenessesMs(idle: readonly IdleUser[]): number[] {
  return idle.flatMap(({ deletedAtMs, expiresAtMs }) => (deletedAtMs === null ? [] : [deletedAtMs - expiresAtMs]));
}

function momentTable({ visitor, ttlMs }: SlidingTtlObservations, words: SlidingTtlWords): ResultTable {
  const { moments } = words;
  const [access, last] = visitor.accesses;
  const shown = (leftMs: number) => (leftMs < 0 ? moments.gone : leftMs / 1000);
  const rows: (string | number)[][] = [[moments.atOnce, ttlMs / 1000, shown(visitor.ttlMs), visitor.loginStatus]];
  if (access !== undefined) {
    const pausedMs = access.atMs - visitor.loginAtMs;
    rows.push(
      [moments.paused(pausedMs), (ttlMs - pausedMs) / 1000, shown(access.ttlBeforeMs), '–'],
      [moments.accessed, ttlMs / 1000, shown(access.ttlAfterMs), access.status],
    );
    if (last !== undefined) {
      rows.push([moments.idle(last.atMs - access.atMs), moments.gone, shown(last.ttlBeforeMs), last.status]);
    }
  }
  return { ...words.momentTable, rows };
}

function accessTable({ accesses, loginAtMs }: Visit, words: SlidingTtlWords): ResultTable {
  return {
    ...words.accessTable,
    rows: accesses.map(({ atMs, status, ttlBeforeMs, ttlAfterMs }) => [
      (atMs - loginAtMs) / 1000,
      ttlBeforeMs,
      ttlAfterMs,
      status,
    ]),
  };
}

function idleTable(idle: readonly IdleUser[], words: SlidingTtlWords): ResultTable {
  return {
    ...words.idleTable,
    rows: idle.map(({ deletedAtMs, expiresAtMs, statusAfter }, index) => [
      index + 1,
      deletedAtMs === null ? words.moments.notDeleted : deletedAtMs - expiresAtMs,
      statusAfter,
    ]),
  };
}

function ttlChart({ visitor, active, ttlMs }: SlidingTtlObservations, words: SlidingTtlWords): ResultChart {
  const line = ({ samples }: Visit): [number, number][] =>
    samples.map(([atMs, leftMs]) => [atMs / 1000, Math.max(0, leftMs) / 1000]);
  const { marks } = words;
  return {
    kind: 'line',
    title: words.chart.title,
    xTitle: words.chart.x,
    yTitle: words.chart.y,
    series: [
      { name: words.chart.visitor, points: line(visitor) },
      { name: words.chart.active(ttlMs), points: line(active) },
    ],
    marks: [
      { x: visitor.loginAtMs / 1000, label: marks.login },
      ...visitor.accesses.map(({ atMs, status }) => ({
        x: atMs / 1000,
        label: status === 200 ? marks.access : marks.refused(status),
      })),
      ...(visitor.goneAtMs === null ? [] : [{ x: visitor.goneAtMs / 1000, label: marks.gone }]),
    ],
    note: words.chart.note,
  };
}
