/** What the observations of experiment 1.3 mean. */
import type { Analysis, Judgement } from '../experiment.ts';
import { statusCounts } from '../wording.ts';
import { type LossFigures, lossFigures, type ServerLossObservations } from './figures.ts';
import { serverLossChart, serverLossTables } from './tables.ts';
import type { ServerLossWords } from './words.ts';

export function analyseServerLoss(observations: ServerLossObservations, words: ServerLossWords): Analysis {
  const { killed, frozen, failTimeoutMs } = observations;
  const figures = lossFigures(observations);
  const { findings } = words;
  const thawed = frozen.afterThaw.filter(({ status }) => status === 200).length;
  return {
    headline: words.headline(figures),
    tables: serverLossTables(observations, figures, words),
    charts: [serverLossChart(observations, words)],
    judgements: [
      judgeLost(observations, figures, words),
      judgeRouted(observations, figures, words),
      judgeLogin(observations, figures, words),
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
      findings.frozen({
        longestMs: figures.longestFrozenMs,
        afterKillMs: figures.longestAfterKillMs,
        statuses: statusCounts([...frozen.first, ...frozen.second].map(({ status }) => status)),
      }),
      ...(frozen.returnedAfterMs === null ? [] : [findings.thawed(thawed, frozen.afterThaw.length)]),
    ],
  };
}

function judgeLost(
  { killed }: ServerLossObservations,
  { victims, lost, kept }: LossFigures,
  words: ServerLossWords,
): Judgement {
  const evidence = words.evidence.lost({ server: killed.server, victims: victims.length, lost, kept });
  if (kept > 0) return { id: 'H1', verdict: 'refuted', evidence };
  return { id: 'H1', verdict: victims.length > 0 && lost === victims.length ? 'confirmed' : 'undecided', evidence };
}

function judgeRouted(
  { killed }: ServerLossObservations,
  { victims, recoveredMs, failedRequests }: LossFigures,
  words: ServerLossWords,
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
  words: ServerLossWords,
): Judgement {
  const evidence = words.evidence.login({ lost, loggedInAgain, server: killed.server });
  if (kept > 0) return { id: 'H3', verdict: 'refuted', evidence: words.evidence.noLoginNeeded(kept, victims.length) };
  if (lost === 0 || lost < victims.length || loggedInAgain < lost) return { id: 'H3', verdict: 'undecided', evidence };
  return { id: 'H3', verdict: 'confirmed', evidence };
}
