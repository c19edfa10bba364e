/** Whether a logout that was tried counts, by what the cookie of before was answered after it. */
import { answersAfterLogout, isLogoutTold, type LogoutTrial } from '../experiments/logout.ts';
import { answerFrom, type Fact, opposite } from './facts.ts';

/** What can not be told from it is unclear: an inference must not stand in for it. */
export function afterLogout(logout: LogoutTrial): Fact {
  return {
    answer: isLogoutTold(logout) ? opposite[answerFrom(answersAfterLogout(logout))] : 'unclear',
    evidence: { kind: 'after-logout', statuses: logout.after.statuses },
    inferred: false,
  };
}
