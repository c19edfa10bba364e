/** What the observations of experiment 3.3 mean. */
import type { ResultTable } from '../../results.ts';
import type { Analysis, Judgement } from '../experiment.ts';
import { allAnswered, type ProfilesAtEach } from '../profile-at-each.ts';
import type { KeyDescription } from '../redis-view.ts';
import type { Status } from '../wording.ts';
import { costFindings, costTable, type DenyListCost } from './cost.ts';
import type { TokenKind } from './measured.ts';
import { type LogoutSpread, spreadFinding, spreadTable } from './spread.ts';
import type { DenyListWords } from './words.ts';

/** The entry of one token that was logged out. */
export type DenyListEntry = {
  readonly ttlSeconds: number;
  readonly key: KeyDescription;
  /** What was left of the token's life when PTTL was read. */
  readonly tokenLeftMs: number;
  /** PEXPIRETIME of the entry less `exp` of the token. */
  readonly endsAfterTokenMs: number;
};

/** Commands that reached Redis while a token was sent so many times. */
export type LookUps = {
  readonly token: TokenKind;
  readonly requests: number;
  readonly commandCalls: { readonly [command: string]: number };
  readonly status: Status;
  readonly error: string | null;
};

export type DenyListObservations = {
  readonly servers: readonly string[];
  readonly before: ProfilesAtEach;
  readonly keysBefore: number;
  readonly logoutStatus: Status;
  readonly keysAfter: number;
  /** Null when the logout left no entry. */
  readonly entry: DenyListEntry | null;
  readonly afterLogout: ProfilesAtEach & { readonly afterMs: number };
  /** A user who did not log out. */
  readonly otherUser: ProfilesAtEach;
  /** A token that lives 30 s, in the time of this run. */
  readonly short: {
    readonly entry: DenyListEntry | null;
    readonly waitedMs: number;
    /** When Redis told that it had deleted the entry, after `exp`; null when it did not. */
    readonly deletedAfterExpMs: number | null;
    readonly existsAfter: boolean;
    readonly after: ProfilesAtEach;
  };
  readonly lookUps: readonly LookUps[];
  /** The same requests with good tokens at servers without a list. */
  readonly withoutList: LookUps;
  /** The same at a server that has the list in memory. This and what follows is absent in results of an older lab. */
  readonly listInMemory?: LookUps;
  readonly spread?: LogoutSpread;
  readonly cost?: DenyListCost;
};

/** `exp` is a whole second, and the entry is to end neither sooner nor much later. */
const endToleranceMs = 1000;

export function analyseDenyList(observations: DenyListObservations, words: DenyListWords): Analysis {
  const { entry, afterLogout, lookUps, withoutList, listInMemory, short, spread, cost } = observations;
  const judgements = [judgeAdded(observations, words), judgeFirst(lookUps, words), judgeLife(observations, words)];
  const findings: string[] = [];
  if (allAnswered(afterLogout, 401)) findings.push(words.findings.logout(afterLogout.afterMs));
  if (judgements[1]?.verdict === 'refuted') findings.push(words.findings.last);
  if (judgements[1]?.verdict === 'confirmed') findings.push(words.findings.first);
  if (judgements[2]?.verdict === 'confirmed') findings.push(words.findings.selfCleaning(entry?.key.memoryBytes ?? 0));
  const good = lookUps.find(({ token }) => token === 'good');
  if (good !== undefined) findings.push(words.findings.cost(perRequest(good), perRequest(withoutList)));
  if (listInMemory !== undefined) findings.push(words.findings.lookUpsInMemory(perRequest(listInMemory)));
  if (spread !== undefined) findings.push(...spreadFinding(spread, words));
  if (cost !== undefined) findings.push(...costFindings(cost, words));
  return {
    headline: words.headline(afterLogout, entry?.key.ttlMs),
    tables: [
      stepTable(observations, words),
      entryTable(
        [entry, short.entry].flatMap((found) => found ?? []),
        words,
      ),
      lookUpTable(observations, words),
      ...(spread === undefined ? [] : [spreadTable(spread, words)]),
      ...(cost === undefined ? [] : [costTable(cost, words)]),
    ],
    charts: [],
    judgements,
    findings,
  };
}

function judgeAdded(observations: DenyListObservations, words: DenyListWords): Judgement {
  const { before, otherUser, afterLogout, keysBefore, keysAfter, logoutStatus, entry } = observations;
  if (!allAnswered(before, 200) || !allAnswered(otherUser, 200) || logoutStatus !== 200) {
    return { id: 'H1', verdict: 'undecided', evidence: words.evidence.notUsable(before, otherUser, logoutStatus) };
  }
  const isAdded = keysBefore === 0 && keysAfter === 1 && entry !== null;
  const isRevoked = allAnswered(afterLogout, 401) && afterLogout.errors.every((error) => error === 'token revoked');
  return {
    id: 'H1',
    verdict: isAdded && isRevoked ? 'confirmed' : 'refuted',
    evidence: words.evidence.added(keysBefore, keysAfter, afterLogout, otherUser),
  };
}

/** First would mean: the list is asked about tokens that another check refuses as well. */
function judgeFirst(lookUps: readonly LookUps[], words: DenyListWords): Judgement {
  const of = (kind: TokenKind) => lookUps.find(({ token }) => token === kind);
  const good = of('good');
  const altered = of('signature altered');
  const expired = of('expired');
  const both = of('expired and logged out');
  if (good === undefined || altered === undefined || expired === undefined || both === undefined) {
    return { id: 'H2', verdict: 'undecided', evidence: words.evidence.noLookUps };
  }
  const evidence = words.evidence.order(perRequest(good), perRequest(altered), perRequest(expired), both.error);
  const isListUsed = good.status === 200 && perRequest(good) > 0;
  if (!isListUsed || altered.status !== 401 || expired.status !== 401) {
    return { id: 'H2', verdict: 'undecided', evidence };
  }
  const isFirst = perRequest(altered) > 0 && perRequest(expired) > 0 && both.error === 'token revoked';
  return { id: 'H2', verdict: isFirst ? 'confirmed' : 'refuted', evidence };
}

function judgeLife({ entry, short }: DenyListObservations, words: DenyListWords): Judgement {
  if (entry === null || short.entry === null) {
    return { id: 'H3', verdict: 'undecided', evidence: words.evidence.noEntry };
  }
  const entries = [entry, short.entry];
  const evidence = words.evidence.life(entries, short.deletedAfterExpMs, short.waitedMs);
  const isEqual = entries.every(({ endsAfterTokenMs }) => Math.abs(endsAfterTokenMs) <= endToleranceMs);
  if (!isEqual || short.existsAfter) return { id: 'H3', verdict: 'refuted', evidence };
  return { id: 'H3', verdict: short.deletedAfterExpMs === null ? 'undecided' : 'confirmed', evidence };
}

function perRequest({ commandCalls, requests }: LookUps): number {
  const calls = Object.values(commandCalls).reduce((sum, count) => sum + count, 0);
  return requests === 0 ? Number.NaN : calls / requests;
}

function stepTable(
  { servers, before, afterLogout, otherUser, short }: DenyListObservations,
  words: DenyListWords,
): ResultTable {
  const { steps } = words;
  const row = (step: string, { statuses, errors }: ProfilesAtEach) => [step, ...statuses, errors[0] ?? words.none];
  return {
    ...words.stepTable,
    columns: [steps.step, ...servers, steps.answer],
    rows: [
      row(steps.before, before),
      row(steps.after(afterLogout.afterMs), afterLogout),
      row(steps.otherUser, otherUser),
      ...(short.entry === null ? [] : [row(steps.shortAfter(short.entry.ttlSeconds, short.waitedMs), short.after)]),
    ],
  };
}

function entryTable(entries: readonly DenyListEntry[], words: DenyListWords): ResultTable {
  return {
    ...words.entryTable,
    rows: entries.map(({ ttlSeconds, key, tokenLeftMs, endsAfterTokenMs }) => [
      ttlSeconds,
      key.name,
      key.type,
      key.ttlMs,
      tokenLeftMs,
      endsAfterTokenMs,
      key.memoryBytes,
    ]),
  };
}

function lookUpTable({ lookUps, withoutList, listInMemory }: DenyListObservations, words: DenyListWords): ResultTable {
  const row = (name: string, seen: LookUps) => [
    name,
    seen.requests,
    perRequest(seen),
    Object.keys(seen.commandCalls).join(', ') || words.none,
    seen.status,
    seen.error ?? words.none,
  ];
  return {
    ...words.lookUpTable,
    rows: [
      ...lookUps.map((seen) => row(words.tokens[seen.token], seen)),
      row(words.tokenWithoutList, withoutList),
      ...(listInMemory === undefined ? [] : [row(words.tokenWithListInMemory, listInMemory)]),
    ],
  };
}
