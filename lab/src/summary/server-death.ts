/** What becomes of a user whose server was killed, by the answers of the others. */

import type { ProfilesAtEach } from '../experiments/profile-at-each.ts';
import { isDeathTold, othersThan, type WithoutServer } from '../experiments/server-death.ts';
import type { Status } from '../experiments/wording.ts';
import { answerFrom, type Fact } from './facts.ts';

interface KilledServer {
  /** Whether these servers refuse who shows nothing that they know. */
  readonly isControlled: boolean;
  readonly userId: string;
  readonly servers: readonly string[];
  readonly before: ProfilesAtEach;
  readonly killed: WithoutServer;
  /** Answers through the balancer meanwhile; `null` where none was asked. */
  readonly balanced: readonly Status[] | null;
}

/** A death that was tried. What can not be told from it is unclear: an inference must not stand in for it. */
export function afterKill({ isControlled, balanced, killed, ...before }: KilledServer): Fact {
  const others = othersThan(killed, before.servers);
  const isTold = isControlled && isDeathTold(killed, before);
  return {
    answer: isTold ? answerFrom([...others, ...(balanced ?? [])]) : 'unclear',
    evidence: { kind: 'others-after-kill', ...served(others), balanced: balanced === null ? null : served(balanced) },
    inferred: false,
  };
}

/** What the others know while all are alive, they know without the one that has made or issued it. */
export function withoutMaker(others: readonly Status[], isControlled: boolean): Fact {
  return {
    answer: isControlled ? answerFrom(others) : 'unclear',
    evidence: { kind: 'others-served', ...served(others) },
    inferred: true,
  };
}

function served(statuses: readonly Status[]): { readonly served: number; readonly of: number } {
  return { served: statuses.filter((status) => status === 200).length, of: statuses.length };
}
