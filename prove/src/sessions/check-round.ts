/** What a round has shown, held against what was promised. Pure. */
import type { Violation } from '../rounds/violation.ts';
import type { LoginAnswer } from './login-messages.ts';
import type { RoundFault } from './plan.ts';
import type { UserKeys } from './user-keys.ts';

export interface LoginRound {
  readonly fault: RoundFault;
  /** How many were asked for. */
  readonly logins: number;
  /** Answered before the fault, where there is such. */
  readonly before: readonly LoginAnswer[];
  readonly answers: readonly LoginAnswer[];
  /** By session id, what `open` says of it: `live`, `missing`, or the reason of its end. */
  readonly found: ReadonlyMap<string, string>;
  readonly keys: UserKeys;
  /** How many sessions `devices.list` shows. */
  readonly shown: number;
  /** How many sessions `revokeAll` has ended. */
  readonly revoked: number | undefined;
}

export interface Findings {
  readonly logins: number;
  readonly answered: number;
  readonly live: number;
  readonly evicted: number;
  readonly refused: number;
  readonly revoked: number;
  /** Entries of the list without a session. */
  readonly ghosts: number;
  readonly violations: readonly Violation[];
}

export function checkRound(round: LoginRound): Findings {
  const { fault, logins, before, answers, found, keys, shown } = round;
  const violations: Violation[] = [];
  const broken = (rule: string, detail: string) => violations.push({ rule, detail });
  const count = (status: string) => [...found.values()].filter((each) => each === status).length;
  const refused = answers.filter(({ status }) => status === 'refused').length;
  const ghosts = keys.listed.filter((hash) => !keys.live.includes(hash)).length;
  const unlisted = keys.live.filter((hash) => !keys.listed.includes(hash)).length;

  for (const answer of answers) if (answer.status === 'failed') broken('login failed', answer.message);
  if (fault !== 'server-kill' && answers.length !== logins) broken('no answer', `${logins - answers.length} logins`);
  if (ghosts > 0) broken('ghost in the index', `${ghosts} entries`);
  if (unlisted > 0) broken('session not listed', `${unlisted} sessions`);
  if (shown !== keys.live.length) broken('list', `shows ${shown} of ${keys.live.length} sessions`);
  if (fault === 'revoke-all') {
    const left = before.filter((answer) => answer.status === 'signed-in' && found.get(answer.id) !== 'revoked');
    if (left.length > 0) broken('not revoked', `${left.length} sessions from before`);
    if (count('live') + count('revoked') !== logins) broken('lost', 'a login is neither live nor revoked');
    if (count('revoked') !== round.revoked) broken('revoked', `${round.revoked} told, ${count('revoked')} found`);
  } else if (keys.live.length !== 1) {
    broken('winners', `${keys.live.length} sessions are left of ${logins} logins`);
  }
  // A killed server takes answers with it: the winner may be a session that nobody was told of.
  const isTold = fault !== 'server-kill' || answers.length === logins;
  if (fault !== 'revoke-all' && isTold && count('live') !== 1) broken('winners', `${count('live')} answer`);
  const ends = fault === 'refused' ? refused : count('evicted');
  const told = answers.length - count('live');
  if (fault !== 'revoke-all' && ends !== told) broken('not told why', `${told - ends} logins`);
  return {
    logins,
    answered: answers.length,
    live: keys.live.length,
    evicted: count('evicted'),
    refused,
    revoked: count('revoked'),
    ghosts,
    violations,
  };
}
