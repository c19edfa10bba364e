/** What the summary can know of a scheme: the answer to one question each, with the figures that give it. */
import type { Status } from '../experiments/wording.ts';

/** The rows of the feature table, in their order. */
export const features = [
  'shared',
  'survivesServerLoss',
  'logout',
  'refusesInOutage',
  'scalesOut',
  'survivesRestart',
  'dependsOnService',
] as const;

export type Feature = (typeof features)[number];

/** `unclear`: it was observed, and what was observed does not answer the question. */
export type Answer = 'yes' | 'no' | 'partly' | 'unclear';

/** The answer that speaks for a scheme. */
export const wantedAnswer: Readonly<Record<Feature, Answer>> = {
  shared: 'yes',
  survivesServerLoss: 'yes',
  logout: 'yes',
  refusesInOutage: 'yes',
  scalesOut: 'yes',
  survivesRestart: 'yes',
  dependsOnService: 'no',
};

/** The figures behind an answer. How they are put into words is a matter of the language. */
export type Evidence =
  | {
      readonly kind:
        | 'statuses'
        | 'after-logout'
        | 'logout-in-memory'
        | 'after-deletion'
        | 'no-copy'
        | 'store-down'
        | 'logged-out-store-down';
      readonly statuses: readonly Status[];
    }
  | { readonly kind: 'stale-after-logout'; readonly longestMs: number; readonly trials: number }
  | { readonly kind: 'sessions-lost' | 'lost-on-return'; readonly lost: number; readonly of: number }
  | {
      readonly kind: 'restart';
      readonly lost: number;
      readonly of: number;
      readonly again: number;
      readonly ofAgain: number;
    }
  | { readonly kind: 'others-served'; readonly served: number; readonly of: number }
  | {
      readonly kind: 'others-after-kill';
      readonly served: number;
      readonly of: number;
      /** `null`: the balancer was not asked. */
      readonly balanced: { readonly served: number; readonly of: number } | null;
    }
  | { readonly kind: 'balanced'; readonly served: number; readonly of: number; readonly servers: number }
  | { readonly kind: 'commands'; readonly statuses: readonly Status[]; readonly perRequest: number }
  | { readonly kind: 'held'; readonly sessions: readonly number[] }
  | { readonly kind: 'outage'; readonly statuses: readonly Status[]; readonly lost: number; readonly cells: number };

export interface Fact {
  readonly answer: Answer;
  readonly evidence: Evidence;
  /** Nobody tried exactly this; it follows from what was tried. */
  readonly inferred: boolean;
}

/** What is known of one feature of one scheme. */
export type Known =
  | { readonly status: 'known'; readonly experiment: string; readonly fact: Fact }
  /** `experiments`: those that would tell; none when the lab has none that does. */
  | { readonly status: 'missing'; readonly experiments: readonly string[] };

/** From answers that should be all alike: 200 where the user is recognised, 401 where not. */
export function answerFrom(statuses: readonly Status[]): Answer {
  const served = statuses.filter((status) => status === 200).length;
  if (statuses.length === 0 || statuses.some((status) => status !== 200 && status !== 401)) return 'unclear';
  if (served === statuses.length) return 'yes';
  return served === 0 ? 'no' : 'partly';
}

/** From how many out of all kept something. */
export function answerFromCount(kept: number, lost: number, of: number): Answer {
  if (of === 0 || kept + lost < of) return 'unclear';
  if (lost === 0) return 'yes';
  return kept === 0 ? 'no' : 'partly';
}

/** With Redis gone any answer but 200 is a refusal. */
function servedAtAll(statuses: readonly Status[]): Answer {
  const served = statuses.filter((status) => status === 200).length;
  if (statuses.length === 0) return 'unclear';
  if (served === 0) return 'no';
  return served === statuses.length ? 'yes' : 'partly';
}

export const opposite: Readonly<Record<Answer, Answer>> = {
  yes: 'no',
  no: 'yes',
  partly: 'partly',
  unclear: 'unclear',
};

/** Whether a thing is needed, from whether all went on without it. */
export function neededFrom(statusesWithout: readonly Status[]): Answer {
  return opposite[servedAtAll(statusesWithout)];
}
