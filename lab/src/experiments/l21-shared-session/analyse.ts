/** What the observations of experiment 2.1 mean. */
import type { ResultChart, ResultTable } from '../../results.ts';
import type { Analysis, Judgement } from '../experiment.ts';
import { answersAfterLogout, isLogoutTold, type LogoutTrial } from '../logout.ts';
import { allAnswered, type ProfilesAtEach } from '../profile-at-each.ts';
import type { KeyDescription } from '../redis-view.ts';
import { isDeathTold, isNobodyBut, othersThan, type WithoutServer } from '../server-death.ts';
import { countOf, type Status } from '../wording.ts';
import type { SharedSessionWords } from './words.ts';

/** The server that made a session is killed and comes back. */
export type ServerDeath = {
  readonly userId: string;
  readonly before: ProfilesAtEach;
  readonly killed: WithoutServer;
  /** Through the balancer, while the server was dead. */
  readonly balanced: SharedSessionObservations['balanced'];
  /** After it had been started again. */
  readonly returned: ProfilesAtEach;
};

export type SharedSessionObservations = {
  readonly userId: string;
  readonly servers: readonly string[];
  readonly login: { readonly status: Status; readonly server: string | null };
  readonly keysBefore: number;
  readonly keys: readonly KeyDescription[];
  /** The same cookie at each server, in the order of `servers`. */
  readonly direct: ProfilesAtEach;
  readonly anonymous: ProfilesAtEach;
  readonly balanced: { readonly statuses: readonly Status[]; readonly servers: readonly (string | null)[] };
  /** After the key was deleted from Redis by hand. */
  readonly removed: ProfilesAtEach;
  /** Of another user. Absent in results of an older lab, as is `death`. */
  readonly logout?: LogoutTrial;
  readonly death?: ServerDeath;
};

export function analyseSharedSession(observations: SharedSessionObservations, words: SharedSessionWords): Analysis {
  const judgements = [
    judgeStored(observations, words),
    judgeAnyServer(observations, words),
    judgeRoundRobin(observations, words),
  ];
  const { direct, removed } = observations;
  const spread = spreadOf(observations);
  const isShared = judgements[0]?.verdict === 'confirmed' && judgements[1]?.verdict === 'confirmed';
  const findings = [];
  if (!allAnswered(direct, 200)) findings.push(words.findings.missing(direct.statuses));
  else if (judgements[2]?.verdict === 'confirmed') findings.push(words.findings.free(spread));
  if (isShared && allAnswered(removed, 401)) findings.push(words.findings.onePlace);
  findings.push(...logoutFindings(observations, words), ...deathFindings(observations, words));
  return {
    headline: words.headline(direct.statuses),
    tables: [keyTable(observations, words), stepTable(observations, words)],
    charts: [distributionChart(observations, words)],
    judgements,
    findings,
  };
}

function logoutFindings({ logout }: SharedSessionObservations, { findings }: SharedSessionWords): string[] {
  if (logout === undefined || !isLogoutTold(logout)) return [];
  const { server, after } = logout;
  const answers = answersAfterLogout(logout);
  if (answers.includes(200)) return [findings.stillLoggedIn(server, after.statuses)];
  return answers.every((status) => status === 401) ? [findings.loggedOut(server, after.statuses, after.afterMs)] : [];
}

function deathFindings(
  { death, servers, anonymous }: SharedSessionObservations,
  { findings }: SharedSessionWords,
): string[] {
  if (death === undefined || !allAnswered(anonymous, 401)) return [];
  if (!isDeathTold(death.killed, { ...death, servers })) return [];
  const { userId, killed, balanced, returned } = death;
  if (!isNobodyBut(userId, returned)) return [];
  const others = othersThan(killed, servers);
  const seen = { server: killed.server, others, balanced: balanced.statuses, returned: returned.statuses };
  const answers = [...others, ...balanced.statuses, ...returned.statuses];
  if (answers.includes(401)) return [findings.lostWithServer(seen)];
  return answers.every((status) => status === 200) ? [findings.outlivesServer(seen)] : [];
}

function judgeStored(
  { login, keys, keysBefore, userId, removed }: SharedSessionObservations,
  words: SharedSessionWords,
): Judgement {
  if (login.status !== 200) return { id: 'H1', verdict: 'undecided', evidence: words.evidence.noLogin(login.status) };
  const [key] = keys;
  if (keysBefore !== 0 || keys.length !== 1 || key === undefined || key.fields.userId !== userId || key.ttlMs <= 0) {
    return { id: 'H1', verdict: 'refuted', evidence: words.evidence.notStored(keys.length) };
  }
  if (allAnswered(removed, 401)) {
    return {
      id: 'H1',
      verdict: 'confirmed',
      evidence: words.evidence.stored(keys.length, key.ttlMs, removed.statuses),
    };
  }
  const verdict = removed.statuses.includes(200) ? 'refuted' : 'undecided';
  return { id: 'H1', verdict, evidence: words.evidence.copied(removed.statuses) };
}

function judgeAnyServer(
  { login, direct, anonymous, userId }: SharedSessionObservations,
  words: SharedSessionWords,
): Judgement {
  if (login.status !== 200) return { id: 'H2', verdict: 'undecided', evidence: words.evidence.noLogin(login.status) };
  if (!allAnswered(anonymous, 401)) {
    return { id: 'H2', verdict: 'undecided', evidence: words.evidence.uncontrolled(anonymous.statuses) };
  }
  const sameUser = direct.userIds.filter((id) => id === userId).length;
  const verdict = allAnswered(direct, 200) && sameUser === direct.statuses.length ? 'confirmed' : 'refuted';
  return { id: 'H2', verdict, evidence: words.evidence.direct(direct.statuses, sameUser, anonymous.statuses) };
}

function judgeRoundRobin(observations: SharedSessionObservations, words: SharedSessionWords): Judgement {
  const { login, balanced } = observations;
  if (login.status !== 200) return { id: 'H3', verdict: 'undecided', evidence: words.evidence.noLogin(login.status) };
  const spread = spreadOf(observations);
  if (!allAnswered(balanced, 200)) {
    return { id: 'H3', verdict: 'refuted', evidence: words.evidence.balanced(balanced.statuses, spread) };
  }
  if (!isEven(spread)) return { id: 'H3', verdict: 'undecided', evidence: words.evidence.notSpread(spread) };
  return { id: 'H3', verdict: 'confirmed', evidence: words.evidence.balanced(balanced.statuses, spread) };
}

/** In turn, servers differ by one request; a tenth of all allows for one that was passed over for a moment. */
function isEven(spread: readonly number[]): boolean {
  const requests = spread.reduce((sum, count) => sum + count, 0);
  return Math.max(...spread) - Math.min(...spread) <= Math.max(1, requests / 10);
}

function spreadOf({ servers, balanced }: SharedSessionObservations): number[] {
  const counts = countOf(balanced.servers);
  return servers.map((server) => counts.get(server) ?? 0);
}

function keyTable({ keys, keysBefore }: SharedSessionObservations, words: SharedSessionWords): ResultTable {
  const { keyRows } = words;
  return {
    ...words.keyTable,
    rows: [
      [words.keysBefore, keysBefore],
      [words.keysAfter, keys.length],
      ...keys.flatMap(({ name, type, ttlMs, memoryBytes, fields }) => [
        [keyRows.name, name],
        [keyRows.type, type],
        [keyRows.ttl, ttlMs],
        [keyRows.memory, memoryBytes],
        ...Object.entries(fields).map(([field, value]) => [`${keyRows.field}${field}`, value]),
      ]),
    ],
  };
}

function stepTable(
  { servers, direct, anonymous, removed, logout, death }: SharedSessionObservations,
  words: SharedSessionWords,
): ResultTable {
  const { steps } = words;
  return {
    ...words.stepTable,
    columns: [steps.step, ...servers],
    rows: [
      [steps.direct, ...direct.statuses],
      [steps.anonymous, ...anonymous.statuses],
      [steps.removed, ...removed.statuses],
      ...(logout === undefined
        ? []
        : [
            [steps.beforeLogout, ...logout.before.statuses],
            [steps.loggedOut(logout.server, logout.after.afterMs), ...logout.after.statuses],
          ]),
      ...(death === undefined
        ? []
        : [
            [steps.beforeDeath(death.killed.server), ...death.before.statuses],
            [steps.killed(death.killed.server), ...death.killed.statuses],
            [steps.returned(death.killed.server), ...death.returned.statuses],
          ]),
    ],
  };
}

function distributionChart(observations: SharedSessionObservations, words: SharedSessionWords): ResultChart {
  const { balanced, servers } = observations;
  const counts = countOf(balanced.servers);
  const unanswered = counts.get(null) ?? 0;
  return {
    kind: 'bar',
    title: words.chart(balanced.statuses.length),
    xTitle: words.chartAxes.x,
    yTitle: words.chartAxes.y,
    bars: [
      ...servers.map((server) => ({ label: server, value: counts.get(server) ?? 0 })),
      ...(unanswered === 0 ? [] : [{ label: words.noServer, value: unanswered }]),
    ],
    note: words.chartNote(balanced.statuses),
  };
}
