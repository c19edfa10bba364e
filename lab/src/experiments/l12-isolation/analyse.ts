/** What the observations of experiment 1.2 mean. */
import type { ResultTable } from '../../results.ts';
import type { Analysis, Judgement } from '../experiment.ts';
import { answersAfterLogout, isLogoutTold, type LogoutTrial } from '../logout.ts';
import type { Status } from '../wording.ts';
import type { IsolationWords } from './words.ts';

/** What one server said to the cookie, asked directly. */
export type DirectAnswer = {
  readonly server: string;
  readonly status: Status;
  readonly userId: string | null;
  readonly error: string | null;
};

/** One user's login and the answers of all servers, the one that made the session first. */
export type SessionTrial = {
  readonly userId: string;
  readonly login: Status;
  readonly owner: string | null;
  readonly direct: readonly DirectAnswer[];
};

export type HeldByServer = {
  readonly server: string;
  /** `null`: it did not say. */
  readonly sessions: number | null;
  readonly users: readonly string[];
};

/** A request with a good cookie that the balancer sent to a server that did not make it. */
export type MisroutedRequest = {
  readonly owner: string | null;
  readonly server: string | null;
  readonly status: Status;
  readonly error: string | null;
};

export type IsolationObservations = {
  readonly servers: readonly string[];
  readonly login: { readonly status: Status; readonly server: string | null };
  /** The first user's: the server that made the session, then the others. */
  readonly direct: { readonly statuses: readonly Status[]; readonly answers: readonly DirectAnswer[] };
  readonly held: { readonly before: readonly HeldByServer[]; readonly after: readonly HeldByServer[] };
  readonly trials: readonly SessionTrial[];
  readonly misrouted: readonly MisroutedRequest[];
  /** The first user, at its own server. Absent when it could not log in, and in results of an older lab. */
  readonly logout?: LogoutTrial;
};

const notFound = 'session not found';

export function analyseIsolation(observations: IsolationObservations, words: IsolationWords): Analysis {
  const { direct, trials } = observations;
  const judgements = [
    judgeLocal(observations, words),
    judgeRecognised(observations, words),
    judgeMisrouted(observations, words),
  ];
  const others = othersOf(trials);
  const isIsolated = judgements.every(({ verdict }) => verdict === 'confirmed');
  return {
    headline: words.headline(direct.statuses),
    tables: [directTable(observations, words), heldTable(observations, words)],
    charts: [],
    judgements,
    findings: [
      ...(isIsolated
        ? [words.findings.isolated(others.length), lookAlikeFinding(observations, words)]
        : [words.findings.notIsolated(others.filter(({ status }) => status === 200).length, others.length)]),
      ...logoutFindings(observations, words),
    ],
  };
}

/** Whether a misrouted request can be taken for a logout, by what the server says that made the session. */
function lookAlikeFinding({ logout, servers }: IsolationObservations, { findings }: IsolationWords): string {
  const ended = logout?.after.errors[servers.indexOf(logout.server)] ?? notFound;
  return ended === notFound ? findings.lookAlike : findings.otherWords(ended);
}

function logoutFindings({ logout }: IsolationObservations, { findings }: IsolationWords): string[] {
  if (logout === undefined || !isLogoutTold(logout)) return [];
  const { server, after, others } = logout;
  const answers = answersAfterLogout(logout);
  if (answers.includes(200)) return [findings.stillLoggedIn(server, after.statuses)];
  return answers.every((status) => status === 401)
    ? [findings.loggedOut(server, after.statuses, after.afterMs, others.length)]
    : [];
}

/** Each server must hold exactly the sessions it made: none of them twice, none missing. */
function judgeLocal({ held, trials, servers }: IsolationObservations, words: IsolationWords): Judgement {
  const made = new Map(servers.map((server) => [server, loggedIn(trials).filter(({ owner }) => owner === server)]));
  const counts = held.after.map(({ sessions }) => sessions);
  const known = [...held.before, ...held.after].every(({ sessions }) => sessions !== null);
  if (!known || loggedIn(trials).length === 0) {
    return { id: 'H1', verdict: 'undecided', evidence: words.evidence.notSeen(counts) };
  }
  const asMade = held.after.every(({ server, users }) => {
    const expected = (made.get(server) ?? []).map(({ userId }) => userId);
    return [...users].sort().join() === [...expected].sort().join();
  });
  const logins = held.after.map(({ server }) => made.get(server)?.length ?? 0);
  const empty = held.before.every(({ sessions }) => sessions === 0);
  if (!empty) return { id: 'H1', verdict: 'undecided', evidence: words.evidence.notEmpty };
  return { id: 'H1', verdict: asMade ? 'confirmed' : 'refuted', evidence: words.evidence.held(counts, logins) };
}

function judgeRecognised({ trials }: IsolationObservations, words: IsolationWords): Judgement {
  const usable = loggedIn(trials);
  const byOwner = usable.flatMap(({ direct, owner, userId }) =>
    direct.filter(({ server }) => server === owner).map((answer) => answer.status === 200 && answer.userId === userId),
  );
  const others = othersOf(trials);
  const recognised = byOwner.filter(Boolean).length;
  const strangers = others.filter(({ status }) => status === 200).length;
  const evidence = words.evidence.recognised({ recognised, owners: byOwner.length, strangers, others: others.length });
  if (strangers > 0 || recognised < byOwner.length) return { id: 'H2', verdict: 'refuted', evidence };
  const complete = byOwner.length > 0 && others.length > 0 && others.every(({ status }) => typeof status === 'number');
  return { id: 'H2', verdict: complete ? 'confirmed' : 'undecided', evidence };
}

/** Asked directly, and through the balancer from an address that leads elsewhere. */
function judgeMisrouted({ trials, misrouted }: IsolationObservations, words: IsolationWords): Judgement {
  const sent = misrouted.filter(({ server, owner }) => server !== null && owner !== null);
  const answers = [...othersOf(trials), ...sent];
  const told = answers.filter(({ status, error }) => status === 401 && error === notFound).length;
  const evidence = words.evidence.misrouted({ told, answers: answers.length, balanced: sent.length });
  if (answers.some(({ status }) => typeof status !== 'number') || sent.length === 0) {
    return { id: 'H3', verdict: 'undecided', evidence };
  }
  return { id: 'H3', verdict: told === answers.length ? 'confirmed' : 'refuted', evidence };
}

function loggedIn(trials: readonly SessionTrial[]): SessionTrial[] {
  return trials.filter(({ login, owner }) => login === 200 && owner !== null);
}

/** What the servers said that had not made the session. */
function othersOf(trials: readonly SessionTrial[]): DirectAnswer[] {
  return loggedIn(trials).flatMap(({ direct, owner }) => direct.filter(({ server }) => server !== owner));
}

function directTable(observations: IsolationObservations, words: IsolationWords): ResultTable {
  const { direct, login, misrouted } = observations;
  const [sample] = misrouted;
  return {
    ...words.directTable,
    rows: [
      ...direct.answers.map(({ server, status, userId, error }) => [
        server,
        server === login.server ? words.madeIt : words.didNot,
        status,
        userId === null ? (error ?? '–') : words.knows(userId),
      ]),
      ...(sample === undefined || sample.server === null
        ? []
        : [[sample.server, words.viaBalancer, sample.status, sample.error ?? '–']]),
      ...logoutRows(observations, words),
    ],
  };
}

function logoutRows({ logout, servers }: IsolationObservations, words: IsolationWords): ResultTable['rows'] {
  if (logout === undefined) return [];
  const { server: loggedOutAt, after } = logout;
  return after.statuses.map((status, index) => {
    const [server = '–', userId = null, error = null] = [servers[index], after.userIds[index], after.errors[index]];
    const part = server === loggedOutAt ? words.madeItLoggedOut : words.didNotLoggedOut;
    return [server, part, status, userId === null ? (error ?? '–') : words.knows(userId)];
  });
}

function heldTable({ held, trials }: IsolationObservations, words: IsolationWords): ResultTable {
  return {
    ...words.heldTable,
    rows: held.after.map(({ server, sessions, users }) => [
      server,
      loggedIn(trials).filter(({ owner }) => owner === server).length,
      sessions ?? '–',
      users.join(', ') || '–',
    ]),
  };
}
