/** What the observations of experiment 1.3 mean. */
import type { WatchSample } from './balancer-watch.ts';
import type { Analysis, Judgement } from './experiment.ts';
import { serverLossChart, serverLossTables } from './l13-server-loss.tables.ts';
import { serverLossWords as words } from './l13-server-loss.words.ts';
import { type Status, statusCounts } from './wording.ts';

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

/** The figures that verdicts, tables and findings share. */
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
    longestFrozenMs: Math.max(0, ...[...frozen.first, ...frozen.second].map(({ durationMs }) => durationMs)),
  };
}

export function analyseServerLoss(observations: ServerLossObservations): Analysis {
  const { killed, frozen, failTimeoutMs } = observations;
  const figures = lossFigures(observations);
  const { findings } = words;
  const thawed = frozen.afterThaw.filter(({ status }) => status === 200).length;
  return {
    headline: words.headline(figures),
    tables: serverLossTables(observations, figures),
    charts: [serverLossChart(observations)],
    judgements: [
      judgeLost(observations, figures),
      judgeRouted(observations, figures),
      judgeLogin(observations, figures),
    ],
    findings: [
      figures.bystandersKept === figures.bystanders.length
        ? findings.othersKept(figures.bystanders.length)
        : findings.othersHit(figures.bystanders.length - figures.bystandersKept, figures.bystanders.length),
      ...(killed.returnedAfterMs === null
        ? [findings.neverReturned(killed.server)]
        : figures.lostAgain > 0
          ? [findings.lostTwice(figures.lostAgain, figures.loggedInAgain, killed.returnedAfterMs, failTimeoutMs)]
          : [findings.notLostTwice(figures.loggedInAgain)]),
      findings.frozen(
        figures.longestFrozenMs,
        statusCounts([...frozen.first, ...frozen.second].map(({ status }) => status)),
      ),
      ...(frozen.returnedAfterMs === null ? [] : [findings.thawed(thawed, frozen.afterThaw.length)]),
    ],
  };
}

function judgeLost({ killed }: ServerLossObservations, { victims, lost, kept }: LossFigures): Judgement {
  const evidence = words.evidence.lost({ server: killed.server, victims: victims.length, lost, kept });
  if (kept > 0) return { id: 'H1', verdict: 'refuted', evidence };
  return { id: 'H1', verdict: victims.length > 0 && lost === victims.length ? 'confirmed' : 'undecided', evidence };
}

function judgeRouted(
  { killed }: ServerLossObservations,
  { victims, recoveredMs, failedRequests }: LossFigures,
): Judgement {
  const answers = killed.afterKill.filter(({ userId }) => victims.includes(userId));
  const routed = answers.filter(({ server }) => server !== null && server !== killed.server).length;
  const evidence = words.evidence.routed({ routed, victims: victims.length, recoveredMs, failedRequests });
  if (victims.length === 0) return { id: 'H2', verdict: 'undecided', evidence };
  return { id: 'H2', verdict: routed === victims.length && recoveredMs !== null ? 'confirmed' : 'refuted', evidence };
}

function judgeLogin(
  { killed }: ServerLossObservations,
  { victims, kept, lost, loggedInAgain }: LossFigures,
): Judgement {
  const evidence = words.evidence.login({ lost, loggedInAgain, server: killed.server });
  if (kept > 0) return { id: 'H3', verdict: 'refuted', evidence: words.evidence.noLoginNeeded(kept, victims.length) };
  if (lost === 0 || lost < victims.length || loggedInAgain < lost) return { id: 'H3', verdict: 'undecided', evidence };
  return { id: 'H3', verdict: 'confirmed', evidence };
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
