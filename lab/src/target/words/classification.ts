/** How the classification is written. */
import { milliseconds, type Status, statusCounts } from '../../experiments/wording.ts';
import type { Answer, TargetClassification } from '../classification.ts';
import type { ExpiryKind } from '../probes/t22-expiry/analyse.ts';
import type { StaleAccepts } from '../probes/t33-logout/analyse.ts';

const answers = (yes: string, no: string) => (answer: Answer) => {
  if (typeof answer === 'boolean') return answer ? yes : no;
  return answer === 'partly' ? 'partly' : 'not clear';
};

export const classificationWordsEn = {
  title: 'The application in one table',
  question: 'What kind of application is this?',
  design: ['Each answer is taken from the experiment that its line names.'] as readonly string[],
  limits: ['The answers hold for the nodes and the configuration that the file describes.'] as readonly string[],
  table: { title: 'Classification', columns: ['Property', 'Answer', 'Because', 'Experiment'] },
  join: (parts: readonly string[]): string => parts.join(', '),
  notAsked: 'It was not asked for.',
  notRun: 'not run',
  nothingRan: 'No experiment that it is made from ran.',
  properties: {
    shared: 'Sessions shared between the nodes',
    survivesNodeDeath: "Sessions survive a node's death",
    survivesNodeRestart: "Sessions survive a node's restart",
    expiry: 'Expiry',
    logoutEffective: 'Logout effective',
    idChangesAtLogin: 'New id at login',
    staleAcceptsAfterLogout: 'Accepted right after the logout',
    statusWhenStoreIsDown: 'While the store is away',
  } as Readonly<Record<keyof TargetClassification, string>>,
  answer: answers('yes', 'no'),
  expiry: { sliding: 'sliding', absolute: 'absolute', unknown: 'not clear' } as Readonly<Record<ExpiryKind, string>>,
  stale: ({ accepted, trials, longestMs, isOver }: StaleAccepts): string =>
    accepted === 0
      ? `0 of ${trials}`
      : `${accepted} of ${trials}, for ${isOver ? 'up to' : 'more than'} ${milliseconds(longestMs)}`,
  storeDown: (stopped: readonly Status[], frozen: readonly Status[] | null): string =>
    `${statusCounts(stopped)}${frozen === null ? '' : `; frozen ${statusCounts(frozen)}`}`,
  headline: {
    shared: answers('sessions shared', 'sessions not shared'),
    survivesNodeDeath: answers("survive a node's death", 'lost with a node'),
    logoutEffective: answers('logout effective', 'logout without effect'),
  },
};

export type ClassificationWords = typeof classificationWordsEn;
