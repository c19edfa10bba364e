/** What kind of application a target is, in eight answers, each from one experiment. */
import type { Status } from '../experiments/wording.ts';
import type { ExperimentResult, Verdict } from '../results.ts';
import type { ExpiryKind } from './probes/t22-expiry/analyse.ts';
import { type StoreOutageObservations, whoamiStatuses } from './probes/t23-store-outage/analyse.ts';
import { type LogoutObservations, type StaleAccepts, staleAccepts } from './probes/t33-logout/analyse.ts';

export type Classified<Value> =
  | {
      readonly value: Value;
      /** With the figures that decided it. */
      readonly evidence: string;
      /** Its id. */
      readonly experiment: string;
    }
  | { readonly value: 'not-run'; readonly reason: string; readonly experiment: string };

/** `partly`: at some nodes; `undecided`: the answers were not clear. */
export type Answer = boolean | 'partly' | 'undecided';

export interface TargetClassification {
  /** Does every node know a session that one of them made? */
  readonly shared: Classified<Answer>;
  readonly survivesNodeDeath: Classified<Answer>;
  readonly survivesNodeRestart: Classified<Answer>;
  readonly expiry: Classified<ExpiryKind>;
  /** Is the old credential refused at every node a second after the logout? */
  readonly logoutEffective: Classified<Answer>;
  readonly idChangesAtLogin: Classified<Answer>;
  /** Trials in which the old credential was accepted right after the logout. */
  readonly staleAcceptsAfterLogout: Classified<StaleAccepts>;
  /** What "who am I" was answered, request by request. */
  readonly statusWhenStoreIsDown: Classified<{
    readonly stopped: readonly Status[];
    readonly frozen: readonly Status[] | null;
  }>;
}

/**
 * Taken from the results alone, so that it can be made again from results.json.
 * @param notAsked The reason for what was left out of the run.
 */
export function classify(results: readonly ExperimentResult[], notAsked: string): TargetClassification {
  const from = <Value>(
    experiment: string,
    hypothesis: string,
    valueFrom: (verdict: Verdict, result: ExperimentResult) => Value,
  ): Classified<Value> => {
    const result = results.find(({ id }) => id === experiment);
    const judged = result?.hypotheses.find(({ id }) => id === hypothesis);
    if (result?.status !== 'ran' || judged === undefined) {
      return { value: 'not-run', reason: result?.reason ?? notAsked, experiment };
    }
    return { value: valueFrom(judged.verdict, result), evidence: judged.evidence, experiment };
  };
  return {
    shared: from('1.2', 'H2', answerOf),
    survivesNodeDeath: from('1.3', 'H1', answerOf),
    survivesNodeRestart: from('3.1', 'H1', answerOf),
    expiry: from('2.2', 'H1', expiryOf),
    logoutEffective: from('3.3', 'H1', answerOf),
    idChangesAtLogin: from('5.1', 'H1', answerOf),
    staleAcceptsAfterLogout: from('3.3', 'H2', (_, { observations }) =>
      staleAccepts(observations as unknown as LogoutObservations),
    ),
    statusWhenStoreIsDown: from('2.3', 'H1', (_, { observations }) => {
      const { stopped, frozen } = observations as unknown as StoreOutageObservations;
      return { stopped: whoamiStatuses(stopped), frozen: frozen === null ? null : whoamiStatuses(frozen) };
    }),
  };
}

function answerOf(verdict: Verdict): Answer {
  if (verdict === 'confirmed' || verdict === 'refuted') return verdict === 'confirmed';
  return verdict === 'conditional' ? 'partly' : 'undecided';
}

function expiryOf(verdict: Verdict): ExpiryKind {
  if (verdict === 'confirmed') return 'sliding';
  return verdict === 'refuted' ? 'absolute' : 'unknown';
}
