/** What the experiments tell of sticky sessions. */
import type { IsolationObservations } from '../experiments/l12-isolation/analyse.ts';
import { lossFigures } from '../experiments/l13-server-loss/figures.ts';
import { answerFrom, answerFromCount } from './facts.ts';
import type { FeatureReaders } from './feature-readers.ts';
import { afterLogout } from './logout-fact.ts';
import { reader } from './observed.ts';
import { isolationShape, serverLossShape } from './shapes.ts';

/** How many sessions each server held, and whether they were those that it had made itself. */
function ownSessions({ held, trials }: IsolationObservations): {
  readonly sessions: readonly number[];
  readonly isOwn: boolean;
} {
  const made = (server: string) =>
    trials.filter(({ login, owner }) => login === 200 && owner === server).map(({ userId }) => userId);
  const inMemory = held.after.every(({ server, users }) => [...users].sort().join() === made(server).sort().join());
  const sessions = held.after.flatMap((server) => server.sessions ?? []);
  const isKnown = sessions.length === held.after.length && sessions.some((count) => count > 0);
  return { sessions, isOwn: isKnown && inMemory };
}

export const stickyFacts: FeatureReaders = {
  shared: [
    reader(isolationShape, ({ direct, trials }) => {
      const answers = trials.flatMap(({ login, owner, direct: asked }) =>
        login === 200 && owner !== null ? asked.map((answer) => ({ ...answer, isOwner: answer.server === owner })) : [],
      );
      const statusesOf = (ofOwner: boolean) =>
        answers.filter(({ isOwner }) => isOwner === ofOwner).map(({ status }) => status);
      const isUsable = answerFrom(statusesOf(true)) === 'yes';
      return {
        answer: isUsable ? answerFrom(statusesOf(false)) : 'unclear',
        evidence: { kind: 'statuses', statuses: direct.statuses },
        inferred: false,
      };
    }),
  ],
  survivesServerLoss: [
    reader(serverLossShape, (observed) => {
      const { victims, kept, lost } = lossFigures(observed);
      return {
        answer: answerFromCount(kept, lost, victims.length),
        evidence: { kind: 'sessions-lost', lost, of: victims.length },
        inferred: false,
      };
    }),
  ],
  logout: [reader(isolationShape, ({ logout }) => (logout === undefined ? undefined : afterLogout(logout)))],
  refusesInOutage: [
    // Servers that keep sessions in their own memory log out without Redis, and do not ask it afterwards.
    reader(isolationShape, (observed) => {
      if (observed.logout === undefined) return undefined;
      const { answer } = afterLogout(observed.logout);
      const { statuses } = observed.logout.after;
      return {
        answer: ownSessions(observed).isOwn ? answer : 'unclear',
        evidence: { kind: 'logout-in-memory', statuses },
        inferred: true,
      };
    }),
  ],
  scalesOut: [
    // A server that comes back is what a server that is added is: the balancer gives it clients of the others.
    reader(serverLossShape, (observed) => {
      const { loggedInAgain, lostAgain } = lossFigures(observed);
      const hasReturned = observed.killed.returnedAfterMs !== null;
      return {
        answer: hasReturned ? answerFromCount(loggedInAgain - lostAgain, lostAgain, loggedInAgain) : 'unclear',
        evidence: { kind: 'lost-on-return', lost: lostAgain, of: loggedInAgain },
        inferred: true,
      };
    }),
  ],
  survivesRestart: [
    reader(serverLossShape, (observed) => {
      const { victims, kept, lost, loggedInAgain, lostAgain } = lossFigures(observed);
      return {
        answer: answerFromCount(kept, lost, victims.length),
        evidence: { kind: 'restart', lost, of: victims.length, again: lostAgain, ofAgain: loggedInAgain },
        inferred: false,
      };
    }),
  ],
  dependsOnService: [
    reader(isolationShape, (observed) => {
      const { sessions, isOwn } = ownSessions(observed);
      return { answer: isOwn ? 'no' : 'unclear', evidence: { kind: 'held', sessions }, inferred: true };
    }),
  ],
};
