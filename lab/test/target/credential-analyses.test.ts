/** What is concluded about lifetimes, tokens, logout and ids, from made-up observations on both sides of every verdict. */
import { describe, expect, test } from 'vitest';
import type { TargetDescription } from '../../src/target/preflight.ts';
import { analyseAsDescribed } from '../../src/target/probes/t02-as-described/analyse.ts';
import { asDescribedWords } from '../../src/target/probes/t02-as-described/words.ts';
import { asDescribedWordsZh } from '../../src/target/probes/t02-as-described/words.zh.ts';
import {
  analyseExpiry,
  type ExpiryAccess,
  type ExpiryObservations,
} from '../../src/target/probes/t22-expiry/analyse.ts';
import { expiryWords } from '../../src/target/probes/t22-expiry/words.ts';
import { expiryWordsZh } from '../../src/target/probes/t22-expiry/words.zh.ts';
import { analyseStoreOutage, type OutagePhase } from '../../src/target/probes/t23-store-outage/analyse.ts';
import { storeOutageWords } from '../../src/target/probes/t23-store-outage/words.ts';
import { storeOutageWordsZh } from '../../src/target/probes/t23-store-outage/words.zh.ts';
import {
  analyseForgedToken,
  type ForgedAnswer,
  type Forgery,
} from '../../src/target/probes/t32-forged-token/analyse.ts';
import { forgedTokenWords } from '../../src/target/probes/t32-forged-token/words.ts';
import { forgedTokenWordsZh } from '../../src/target/probes/t32-forged-token/words.zh.ts';
import { analyseLogout, type LogoutObservations, staleAccepts } from '../../src/target/probes/t33-logout/analyse.ts';
import { logoutWords } from '../../src/target/probes/t33-logout/words.ts';
import { logoutWordsZh } from '../../src/target/probes/t33-logout/words.zh.ts';
import { analyseFixation, type FixationTrial, idChangesAtLogin } from '../../src/target/probes/t51-fixation/analyse.ts';
import { lookAlike } from '../../src/target/probes/t51-fixation/run.ts';
import { fixationWords } from '../../src/target/probes/t51-fixation/words.ts';
import { fixationWordsZh } from '../../src/target/probes/t51-fixation/words.zh.ts';
import { failed, fromNodes, known, late, loggedOut, type MadeUpAnswer, unclear, verdictsInBoth } from './made-up.ts';

const judgeAsDescribed = verdictsInBoth(analyseAsDescribed, { en: asDescribedWords, zh: asDescribedWordsZh });
const judgeExpiry = verdictsInBoth(analyseExpiry, { en: expiryWords, zh: expiryWordsZh });
const judgeStoreOutage = verdictsInBoth(analyseStoreOutage, { en: storeOutageWords, zh: storeOutageWordsZh });
const judgeForgedToken = verdictsInBoth(analyseForgedToken, { en: forgedTokenWords, zh: forgedTokenWordsZh });
const judgeLogout = verdictsInBoth(analyseLogout, { en: logoutWords, zh: logoutWordsZh });
const judgeFixation = verdictsInBoth(analyseFixation, { en: fixationWords, zh: fixationWordsZh });

describe('0.2 on a target', () => {
  const told = (answer: MadeUpAnswer) => ({ ...answer, server: null, durationMs: 1 });
  const login = { status: 200, accepted: true, problem: null, durationMs: 1 };
  const of = (wrong: MadeUpAnswer) => {
    const description: TargetDescription = {
      nodes: [{ id: 'node-1', login, whoami: told(known), anonymous: told(loggedOut) }],
      wrongPassword: { login: { ...login, status: 401, accepted: false }, whoami: told(wrong) },
      credential: { kind: 'cookie', cookies: ['sid'], isJwt: false, sizeBytes: 32 },
    };
    return judgeAsDescribed(description);
  };

  test('a wrong password is refused or not', () => {
    expect(of(loggedOut)).toEqual({ H1: 'confirmed', H2: 'confirmed', H3: 'confirmed' });
    expect(of(known).H3).toBe('refuted');
    expect(of(failed).H3).toBe('undecided');
  });
});

describe('2.2 on a target', () => {
  const at = (atMs: number, answer: MadeUpAnswer, browserKeeps: boolean | null = true): ExpiryAccess => ({
    atMs,
    ...answer,
    browserKeeps,
  });
  const base: ExpiryObservations = {
    ttlMs: 3000,
    credential: 'cookie',
    accesses: [at(1800, known), at(3600, known), at(5400, known)],
    idle: at(4000, loggedOut),
  };
  const of = (changes: Partial<ExpiryObservations>) => judgeExpiry({ ...base, ...changes });

  test('sliding, absolute', () => {
    expect(of({})).toEqual({ H1: 'confirmed', H2: 'confirmed', H3: 'confirmed' });
    expect(of({ accesses: [at(1800, known), at(3600, loggedOut), at(5400, loggedOut)] }).H1).toBe('refuted');
  });

  test('not clear when the session does not end, ends early, or an answer fails', () => {
    expect(of({ idle: at(4000, known) })).toMatchObject({ H1: 'undecided', H2: 'refuted' });
    expect(of({ idle: at(4000, failed) })).toMatchObject({ H1: 'undecided', H2: 'undecided' });
    expect(of({ accesses: [at(1800, loggedOut), at(3600, loggedOut), at(5400, loggedOut)] }).H1).toBe('undecided');
    expect(of({ accesses: [at(1800, known), at(3600, late), at(5400, known)] }).H1).toBe('undecided');
    // A cap on top of a sliding lifetime: not absolute, and not always sliding.
    expect(of({ accesses: [at(1800, known), at(3600, known), at(5400, loggedOut)] }).H1).toBe('undecided');
  });

  test('not clear when a busy machine came too late', () => {
    expect(of({ accesses: [at(1800, known), at(4600, loggedOut), at(5400, loggedOut)] }).H1).toBe('undecided');
    expect(of({ accesses: [at(2900, known), at(3600, known), at(5400, known)] }).H1).toBe('undecided');
  });

  test('a cookie that a browser drops before the server does', () => {
    expect(of({ accesses: [at(1800, known), at(3600, known, false), at(5400, known, false)] })).toMatchObject({
      H1: 'confirmed',
      H3: 'refuted',
    });
    const bearer = [at(1800, known, null), at(3600, known, null), at(5400, known, null)];
    expect(of({ credential: 'bearer', accesses: bearer, idle: at(4000, loggedOut, null) }).H3).toBe('not-run');
  });
});

describe('2.3 on a target', () => {
  const phase = (answers: readonly MadeUpAnswer[], recoveryMs: number | null = 40): OutagePhase => ({
    answers: [
      ...fromNodes(answers).map((answer) => ({ request: 'whoami' as const, durationMs: 3, ...answer })),
      { request: 'login', node: 'node-1', ...failed, durationMs: 4 },
    ],
    recoveryMs,
    oldSession: loggedOut,
  });
  const of = (stopped: OutagePhase, frozen: OutagePhase | null = null) =>
    judgeStoreOutage({ requestTimeoutMs: 1500, stopped, frozen });

  test('an error, a logout, or as before', () => {
    expect(of(phase([failed, failed]))).toEqual({ H1: 'confirmed', H2: 'confirmed', H3: 'confirmed' });
    expect(of(phase([failed, loggedOut])).H1).toBe('refuted');
    expect(of(phase([known, known])).H1).toBe('confirmed');
    expect(of(phase([unclear])).H1).toBe('undecided');
    expect(of(phase([failed]), phase([loggedOut])).H1).toBe('refuted');
  });

  test('a request that hangs, users who can not come back', () => {
    expect(of(phase([failed]), phase([late]))).toEqual({ H1: 'confirmed', H2: 'refuted', H3: 'confirmed' });
    expect(of(phase([failed], null)).H3).toBe('refuted');
  });
});

describe('3.2 on a target', () => {
  const kinds: readonly Forgery[] = ['exp-edited', 'role-added', 'signature-altered', 'alg-none', 'alg-none-signed'];
  const of = (odd: Partial<Record<Forgery, MadeUpAnswer>>, genuine = known) => {
    const answers = kinds.map((forgery): ForgedAnswer => ({ forgery, ...(odd[forgery] ?? loggedOut) }));
    return judgeForgedToken({ algorithm: 'HS256', hasExpiry: true, answers, genuine });
  };

  test('refused, let in, or answered with an error', () => {
    expect(of({})).toEqual({ H1: 'confirmed', H2: 'confirmed', H3: 'confirmed' });
    expect(of({ 'role-added': known })).toEqual({ H1: 'refuted', H2: 'confirmed', H3: 'refuted' });
    expect(of({ 'alg-none': known })).toEqual({ H1: 'confirmed', H2: 'refuted', H3: 'refuted' });
    expect(of({ 'exp-edited': { status: 500, outcome: 'failed' } })).toEqual({
      H1: 'confirmed',
      H2: 'confirmed',
      H3: 'refuted',
    });
  });

  test('undecided where nothing was answered, or the genuine token had ended', () => {
    expect(of({ 'exp-edited': late }).H1).toBe('undecided');
    expect(of({ 'alg-none': { status: 200, outcome: 'unclear' } }).H2).toBe('undecided');
    expect(of({}, loggedOut)).toMatchObject({ H1: 'undecided', H2: 'undecided' });
  });
});

describe('3.3 on a target', () => {
  const logout = { status: 204, accepted: true };
  const trial = (first: MadeUpAnswer, lastAcceptedMs: number | null = null, isOver = true) => ({
    owner: 'node-1',
    witness: 'node-2',
    logout,
    first,
    lastAcceptedMs,
    isOver,
  });
  const base: LogoutObservations = {
    nodes: 2,
    ttlMs: 4000,
    settled: {
      logout: { ...logout, problem: null },
      afterMs: 1000,
      answers: fromNodes([loggedOut, loggedOut]),
      ageMs: 1100,
      control: known,
    },
    trials: [trial(loggedOut), trial(loggedOut)],
  };
  const of = (settled: Partial<LogoutObservations['settled']>, trials = base.trials) =>
    judgeLogout({ ...base, settled: { ...base.settled, ...settled }, trials });

  test('effective at every node or not', () => {
    expect(of({})).toEqual({ H1: 'confirmed', H2: 'confirmed', H3: 'confirmed' });
    expect(of({ answers: fromNodes([loggedOut, known]) }).H1).toBe('refuted');
    expect(of({ answers: fromNodes([loggedOut, failed]) }).H1).toBe('undecided');
    expect(of({ answers: [] }).H1).toBe('undecided');
  });

  test('a session that ended by itself does not speak for the logout', () => {
    expect(of({ control: loggedOut }).H1).toBe('undecided');
    expect(of({ control: null }).H1).toBe('confirmed');
    expect(of({ control: null, ageMs: 2100 }).H1).toBe('undecided');
    expect(of({ control: loggedOut, answers: fromNodes([known, known]) }).H1).toBe('refuted');
  });

  test('at once, or a moment later, or never', () => {
    const stale = [trial(loggedOut), trial(known, 2.5), trial(known, 250, false)];
    expect(of({}, stale)).toMatchObject({ H1: 'confirmed', H2: 'refuted' });
    expect(staleAccepts({ trials: stale })).toEqual({ accepted: 2, trials: 3, longestMs: 250, isOver: false });
    expect(of({}, [trial(failed)]).H2).toBe('undecided');
    expect(of({}, []).H2).toBe('undecided');
  });

  test('answered as a success or not', () => {
    const problem = 'no token where csrf.from says in the answer to GET /csrf (404)';
    expect(of({ logout: { status: 404, accepted: false, problem } }).H3).toBe('refuted');
  });
});

describe('5.1 on a target', () => {
  const trial = (idChanged: boolean, attacker: MadeUpAnswer): FixationTrial => ({ login: 200, idChanged, attacker });
  const safe = trial(true, loggedOut);
  const of = (visitor: FixationTrial | null, loggedIn: FixationTrial | null, invented: FixationTrial | null) =>
    judgeFixation({ visitor, loggedIn, invented });

  test('a new id at login or the same', () => {
    expect(of(safe, safe, safe)).toEqual({ H1: 'confirmed', H2: 'confirmed', H3: 'confirmed' });
    expect(of(null, trial(false, known), safe)).toEqual({ H1: 'refuted', H2: 'refuted', H3: 'confirmed' });
    expect(of(trial(false, known), safe, safe)).toMatchObject({ H1: 'refuted', H2: 'refuted' });
    expect(of(null, null, null)).toEqual({ H1: 'undecided', H2: 'undecided', H3: 'undecided' });
    expect(idChangesAtLogin({ visitor: null, loggedIn: null, invented: safe })).toBeUndefined();
  });

  test('a new id is not enough when the old one opens the account as well', () => {
    expect(of(null, trial(true, known), safe)).toMatchObject({ H1: 'confirmed', H2: 'refuted' });
    expect(of(null, trial(true, failed), safe).H2).toBe('undecided');
  });

  test('an invented id is adopted or not', () => {
    expect(of(safe, safe, trial(false, known)).H3).toBe('refuted');
    expect(of(safe, safe, trial(true, known)).H3).toBe('refuted');
    expect(of(safe, safe, trial(true, failed)).H3).toBe('undecided');
  });

  test('what is invented looks like the genuine one', () => {
    const genuine = 's%3AQm9vk-27.Zx%2F4';
    const invented = lookAlike(genuine);
    expect(invented).toMatch(/^[a-z]%3A[A-Z][a-z]\d[a-z]{2}-\d\d\.[A-Z][a-z]%2F\d$/);
    expect(invented).not.toBe(genuine);
  });
});
