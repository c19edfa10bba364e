/** What experiment 2.3 on a target concludes from what it saw. */
import type { Analysis, Judgement } from '../../../experiments/experiment.ts';
import { type Status, statusCounts } from '../../../experiments/wording.ts';
import type { ResultTable } from '../../../results.ts';
import { countTold } from '../../outcomes.ts';
import type { Outcome } from '../../visitor.ts';
import type { StoreOutageWords } from './words.ts';

/** Nobody listens at the store, or it accepts and never answers. */
export type OutageKind = 'stopped' | 'frozen';

export type OutageAnswer = {
  readonly request: 'whoami' | 'login';
  readonly node: string;
  readonly status: Status;
  /** Of "who am I", also after a login. */
  readonly outcome: Outcome;
  readonly durationMs: number;
};

export type OutagePhase = {
  readonly answers: readonly OutageAnswer[];
  /** From the return of the store until a login worked at every node; `null` when that was not in time. */
  readonly recoveryMs: number | null;
  /** What a session from before the outage was worth afterwards. */
  readonly oldSession: { readonly status: Status; readonly outcome: Outcome };
};

export type StoreOutageObservations = {
  readonly requestTimeoutMs: number;
  readonly stopped: OutagePhase;
  readonly frozen: OutagePhase | null;
};

export function analyseStoreOutage(observations: StoreOutageObservations, words: StoreOutageWords): Analysis {
  const { stopped, frozen } = observations;
  const asked = phasesOf(observations).flatMap(([, { answers }]) => answers);
  const known = asked.filter(({ request }) => request === 'whoami');
  const honest = judgeHonest(known, words);
  const prompt = judgePrompt(asked, observations, words);
  return {
    headline: words.headline(whoamiStatuses(stopped), frozen === null ? null : whoamiStatuses(frozen)),
    tables: phasesOf(observations).map(([kind, phase]) => phaseTable(kind, phase, words)),
    charts: [],
    judgements: [honest, prompt, judgeRecovery(observations, words)],
    findings: [
      ...(honest.verdict === 'refuted' ? [words.findings.looksLikeLogout] : []),
      ...(prompt.verdict === 'refuted' ? [words.findings.hangs] : []),
      ...(known.length > 0 && countTold(known, 'recognised') === known.length ? [words.findings.noNeed] : []),
      words.findings.oldSession(stopped.oldSession),
    ],
  };
}

/** What "who am I" was answered during an outage, in its order. */
export function whoamiStatuses({ answers }: OutagePhase): Status[] {
  return answers.filter(({ request }) => request === 'whoami').map(({ status }) => status);
}

function phasesOf({ stopped, frozen }: StoreOutageObservations): [OutageKind, OutagePhase][] {
  return [['stopped', stopped], ...(frozen === null ? [] : [['frozen', frozen] as [OutageKind, OutagePhase]])];
}

function judgeHonest(known: readonly OutageAnswer[], words: StoreOutageWords): Judgement {
  const loggedOut = countTold(known, 'logged-out');
  const evidence = words.evidence.honest(
    loggedOut,
    known.length,
    known.map(({ status }) => status),
  );
  if (loggedOut > 0) return { id: 'H1', verdict: 'refuted', evidence };
  return {
    id: 'H1',
    verdict: countTold(known, 'unclear') > 0 || known.length === 0 ? 'undecided' : 'confirmed',
    evidence,
  };
}

function judgePrompt(
  asked: readonly OutageAnswer[],
  { requestTimeoutMs, frozen }: StoreOutageObservations,
  words: StoreOutageWords,
): Judgement {
  const timeouts = asked.filter(({ status }) => status === 'timeout').length;
  const longestMs = Math.max(0, ...asked.map(({ durationMs }) => durationMs));
  const evidence = words.evidence.prompt({
    timeouts,
    asked: asked.length,
    longestMs,
    requestTimeoutMs,
    frozen: frozen !== null,
  });
  return { id: 'H2', verdict: timeouts > 0 ? 'refuted' : 'confirmed', evidence };
}

function judgeRecovery(observations: StoreOutageObservations, words: StoreOutageWords): Judgement {
  const times = phasesOf(observations).map(([, { recoveryMs }]) => recoveryMs);
  return {
    id: 'H3',
    verdict: times.includes(null) ? 'refuted' : 'confirmed',
    evidence: words.evidence.recovery(times),
  };
}

function phaseTable(
  kind: OutageKind,
  { answers, recoveryMs, oldSession }: OutagePhase,
  words: StoreOutageWords,
): ResultTable {
  const rows = (['whoami', 'login'] as const).map((request) => {
    const of = answers.filter((answer) => answer.request === request);
    const longestMs = Math.max(0, ...of.map(({ durationMs }) => durationMs));
    const outcomes = [...new Set(of.map(({ outcome }) => words.outcomes[outcome]))].join(', ');
    return [words.requests[request], statusCounts(of.map(({ status }) => status)), outcomes, words.longest(longestMs)];
  });
  return {
    ...words.table(kind),
    rows: [
      ...rows,
      [words.oldSession, words.told(oldSession), '–', '–'],
      [words.newLogin, recoveryMs === null ? words.never : words.afterMs(recoveryMs), '–', '–'],
    ],
  };
}
