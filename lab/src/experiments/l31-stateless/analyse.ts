/** What the observations of experiment 3.1 mean. */
import type { ResultChart, ResultTable } from '../../results.ts';
import type { Analysis, Judgement } from '../experiment.ts';
import { allAnswered, type ProfilesAtEach } from '../profile-at-each.ts';
import { isDeathTold, othersThan, type WithoutServer } from '../server-death.ts';
import type { DecodedToken } from '../token-forge.ts';
import type { Status } from '../wording.ts';
import type { RevocationMode } from './revocation-mode.ts';
import type { StatelessWords } from './words.ts';

/** How the servers treat tokens that were taken back: not at all, or by a list in Redis that may be away. */

export type ModeObservations = {
  readonly mode: RevocationMode;
  readonly up: ProfilesAtEach;
  /** Commands that Redis was sent during `requests` requests. */
  readonly requests: number;
  readonly commandCalls: { readonly [command: string]: number };
  /** Another token, logged out at one server while Redis was up. */
  readonly loggedOut: ProfilesAtEach;
  readonly down: ProfilesAtEach;
  readonly loggedOutDown: ProfilesAtEach;
  readonly loginDown: Status;
};

export type StatelessObservations = {
  readonly servers: readonly string[];
  readonly user: { readonly userId: string; readonly username: string; readonly role: string };
  readonly token: DecodedToken;
  /** Bytes of what a browser sends, and of the header it sends it in. */
  readonly sizes: {
    readonly tokenBytes: number;
    readonly authorizationHeaderBytes: number;
    readonly cookieValueBytes: number;
    readonly cookieHeaderBytes: number;
  };
  /** What one server says of the user, all of it read from the token. */
  readonly profile: { readonly userId: string | null; readonly username: string | null; readonly role: string | null };
  readonly redisUp: ProfilesAtEach;
  readonly badSignature: ProfilesAtEach;
  readonly redisDown: ProfilesAtEach;
  /** The server that issued the token was started again, with Redis still down. */
  readonly restarted: ProfilesAtEach & { readonly server: string };
  /** Then that server was killed, with Redis still down. Absent in results of an older lab. */
  readonly killed?: WithoutServer;
  readonly modes: readonly ModeObservations[];
};

export function analyseStateless(observations: StatelessObservations, words: StatelessWords): Analysis {
  const { redisDown, sizes, modes } = observations;
  const judgements = [
    judgeSelfContained(observations, words),
    judgeNoLookUp(observations, words),
    judgeRestart(observations, words),
  ];
  const findings = [words.findings.size(sizes.tokenBytes, sizes.cookieValueBytes)];
  if (judgements[1]?.verdict === 'confirmed') findings.push(words.findings.independent);
  findings.push(...deathFindings(observations, words));
  const pure = modes.find(({ mode }) => mode === 'none');
  if (pure?.loggedOut.statuses.includes(200)) findings.push(words.findings.noLogout);
  const refusing = modes.find(({ mode }) => mode === 'deny-list, refuse');
  const accepting = modes.find(({ mode }) => mode === 'deny-list, accept');
  if (refusing !== undefined && accepting !== undefined) {
    findings.push(words.findings.price(refusing.down.statuses, accepting.loggedOutDown.statuses));
  }
  return {
    headline: words.headline(redisDown.statuses),
    tables: [stepTable(observations, words), decodedTable(observations, words), modeTable(modes, words)],
    charts: [sizeChart(sizes, words)],
    judgements,
    findings,
  };
}

function deathFindings(
  { killed, servers, redisUp, badSignature, user: { userId } }: StatelessObservations,
  { findings }: StatelessWords,
): string[] {
  if (killed === undefined || !allAnswered(badSignature, 401)) return [];
  if (!isDeathTold(killed, { userId, servers, before: redisUp })) return [];
  const others = othersThan(killed, servers);
  if (others.includes(401)) return [findings.lostWithServer(killed.server, others)];
  return others.every((status) => status === 200) ? [findings.outlivesServer(killed.server, others)] : [];
}

function judgeSelfContained({ token, profile, user }: StatelessObservations, words: StatelessWords): Judgement {
  const { sub, username, role, exp } = token.payload;
  if (profile.userId === null) return { id: 'H1', verdict: 'undecided', evidence: words.evidence.noProfile };
  const isInToken = sub === user.userId && username === user.username && role === user.role && typeof exp === 'number';
  const isProfile = profile.userId === sub && profile.username === username && profile.role === role;
  return {
    id: 'H1',
    verdict: isInToken && isProfile ? 'confirmed' : 'refuted',
    evidence: words.evidence.contained(Object.keys(token.payload), isProfile),
  };
}

function judgeNoLookUp(
  { redisUp, redisDown, badSignature, modes }: StatelessObservations,
  words: StatelessWords,
): Judgement {
  const pure = modes.find(({ mode }) => mode === 'none');
  if (pure === undefined || !allAnswered(redisUp, 200)) {
    return { id: 'H2', verdict: 'undecided', evidence: words.evidence.notUp(redisUp.statuses) };
  }
  const lookUps = callsPerRequest(pure);
  const isEnough = allAnswered(redisDown, 200) && lookUps === 0;
  return {
    id: 'H2',
    verdict: isEnough && allAnswered(badSignature, 401) ? 'confirmed' : 'refuted',
    evidence: words.evidence.lookUps(lookUps, pure.requests, redisDown.statuses, badSignature.statuses),
  };
}

function judgeRestart({ redisUp, restarted, user }: StatelessObservations, words: StatelessWords): Judgement {
  if (!allAnswered(redisUp, 200)) {
    return { id: 'H3', verdict: 'undecided', evidence: words.evidence.notUp(redisUp.statuses) };
  }
  const sameUser = restarted.userIds.filter((userId) => userId === user.userId).length;
  return {
    id: 'H3',
    verdict: allAnswered(restarted, 200) && sameUser === restarted.statuses.length ? 'confirmed' : 'refuted',
    evidence: words.evidence.restart(restarted.server, restarted.statuses, sameUser),
  };
}

function callsPerRequest({ commandCalls, requests }: ModeObservations): number {
  const calls = Object.values(commandCalls).reduce((sum, count) => sum + count, 0);
  return requests === 0 ? Number.NaN : calls / requests;
}

function stepTable(observations: StatelessObservations, words: StatelessWords): ResultTable {
  const { servers, redisUp, redisDown, restarted, killed, badSignature } = observations;
  const { steps } = words;
  return {
    ...words.stepTable,
    columns: [steps.step, ...servers],
    rows: [
      [steps.up, ...redisUp.statuses],
      [steps.badSignature, ...badSignature.statuses],
      [steps.down, ...redisDown.statuses],
      [steps.restarted(restarted.server), ...restarted.statuses],
      ...(killed === undefined ? [] : [[steps.killed(killed.server), ...killed.statuses]]),
    ],
  };
}

function decodedTable({ token }: StatelessObservations, words: StatelessWords): ResultTable {
  const members = (part: string, of: DecodedToken['header']) =>
    Object.entries(of).map(([name, value]) => [part, name, typeof value === 'number' ? value : String(value)]);
  return {
    ...words.decodedTable,
    rows: [...members(words.parts.header, token.header), ...members(words.parts.payload, token.payload)],
  };
}

function modeTable(modes: readonly ModeObservations[], words: StatelessWords): ResultTable {
  return {
    ...words.modeTable,
    rows: modes.map((observed) => [
      words.modes[observed.mode],
      callsPerRequest(observed),
      words.statuses(observed.loggedOut.statuses),
      words.statuses(observed.down.statuses),
      words.statuses(observed.loggedOutDown.statuses),
      observed.loginDown,
    ]),
  };
}

function sizeChart(
  { tokenBytes, authorizationHeaderBytes, cookieValueBytes, cookieHeaderBytes }: StatelessObservations['sizes'],
  words: StatelessWords,
): ResultChart {
  const { chart } = words;
  return {
    kind: 'bar',
    title: chart.title,
    xTitle: chart.x,
    yTitle: chart.y,
    bars: [
      { label: chart.cookie, value: cookieValueBytes },
      { label: chart.token, value: tokenBytes },
    ],
    note: chart.note(cookieHeaderBytes, authorizationHeaderBytes),
  };
}
