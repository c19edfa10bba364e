/** What experiment 1.3 records, and the figures that its verdicts, tables and findings share. */
import type { WatchSample } from '../balancer-watch.ts';
import type { Status } from '../wording.ts';

export type UserHome = {
  readonly userId: string;
  readonly address: string;
  readonly login: Status;
  /** The server that made the session. */
  readonly server: string | null;
};

export type UserAnswer = {
  readonly userId: string;
  readonly status: Status;
  readonly server: string | null;
  /** How many servers the balancer tried. */
  readonly tries: number;
  readonly durationMs: number;
};

export type LostServer = {
  readonly server: string;
  /** On the clock of `samples`. */
  readonly killedAtMs: number;
  /** Requests of one of its clients, one after the other, from before the kill on. */
  readonly samples: readonly WatchSample[];
  readonly afterKill: readonly UserAnswer[];
  readonly loginsAgain: readonly UserAnswer[];
  readonly afterLogin: readonly UserAnswer[];
  /** From its restart until the balancer sent a client there again. */
  readonly returnedAfterMs: number | null;
  readonly afterReturn: readonly UserAnswer[];
};

export type ServerLossObservations = {
  readonly servers: readonly string[];
  readonly failTimeoutMs: number;
  readonly users: readonly UserHome[];
  readonly before: readonly UserAnswer[];
  readonly killed: LostServer;
  readonly frozen: {
    readonly server: string;
    readonly logins: readonly UserAnswer[];
    /** All users at once, right after SIGSTOP. */
    readonly first: readonly UserAnswer[];
    readonly second: readonly UserAnswer[];
    readonly returnedAfterMs: number | null;
    readonly afterThaw: readonly UserAnswer[];
  };
};

export interface LossFigures {
  /** Users of the killed server who were logged in before. */
  readonly victims: readonly string[];
  /** Users of the other servers who were logged in before. */
  readonly bystanders: readonly string[];
  readonly lost: number;
  readonly kept: number;
  readonly bystandersKept: number;
  /** Users of the killed server who logged in again, and lost that session too when it came back. */
  readonly lostAgain: number;
  readonly loggedInAgain: number;
  /** From the kill until another server had answered for it, and nothing failed any more; `null`: not in the watch. */
  readonly recoveredMs: number | null;
  readonly failedRequests: number;
  /** The slowest request after the kill. */
  readonly longestAfterKillMs: number;
  readonly longestFrozenMs: number;
}

export function lossFigures({ users, before, killed, frozen }: ServerLossObservations): LossFigures {
  const wasIn = users.filter(({ userId }) => statusOf(before, userId) === 200);
  const victims = wasIn.filter(({ server }) => server === killed.server).map(({ userId }) => userId);
  const bystanders = wasIn.filter(({ server }) => server !== killed.server).map(({ userId }) => userId);
  const loggedInAgain = victims.filter(
    (userId) => statusOf(killed.loginsAgain, userId) === 200 && statusOf(killed.afterLogin, userId) === 200,
  );
  const afterwards = killed.samples.filter(({ atMs }) => atMs >= killed.killedAtMs);
  return {
    victims,
    bystanders,
    lost: victims.filter((userId) => statusOf(killed.afterKill, userId) === 401).length,
    kept: victims.filter((userId) => statusOf(killed.afterKill, userId) === 200).length,
    bystandersKept: bystanders.filter((userId) => statusOf(killed.afterKill, userId) === 200).length,
    loggedInAgain: loggedInAgain.length,
    lostAgain: loggedInAgain.filter((userId) => statusOf(killed.afterReturn, userId) === 401).length,
    recoveredMs: recoveredMs(killed, afterwards),
    failedRequests: afterwards.filter(({ status }) => status !== 200).length,
    longestAfterKillMs: Math.max(0, ...afterwards.map(({ durationMs }) => durationMs)),
    longestFrozenMs: Math.max(0, ...[...frozen.first, ...frozen.second].map(({ durationMs }) => durationMs)),
  };
}

/** The end of the first request after the kill from which on all were answered by servers that live. */
function recoveredMs({ server, killedAtMs }: LostServer, afterwards: readonly WatchSample[]): number | null {
  const bad = afterwards.findLastIndex((sample) => sample.status !== 200 || sample.server === server);
  const good = afterwards[bad + 1];
  return good === undefined ? null : Math.round((good.atMs + good.durationMs - killedAtMs) * 10) / 10;
}

export function statusOf(answers: readonly UserAnswer[], userId: string): Status | undefined {
  return answers.find((answer) => answer.userId === userId)?.status;
}
