import { describe, expect, it } from 'vitest';
import type { DirectAnswer, IsolationObservations, SessionTrial } from '../../src/experiments/l12-isolation/analyse.ts';
import { isolation } from '../../src/experiments/l12-isolation/index.ts';
import type { Status } from '../../src/experiments/wording.ts';
import { inBothLanguages } from './in-both-languages.ts';
import { atEach, loggedOut } from './made-up.ts';

const analyseIsolation = inBothLanguages(isolation);

const servers = ['sticky-1', 'sticky-2', 'sticky-3'];

function trial(userId: string, owner: string, others: Partial<DirectAnswer> = {}): SessionTrial {
  return {
    userId,
    login: 200,
    owner,
    direct: [
      { server: owner, status: 200, userId, error: null },
      ...servers
        .filter((server) => server !== owner)
        .map((server) => ({ server, status: 401, userId: null, error: 'session not found', ...others })),
    ],
  };
}

function observed(
  trials: readonly SessionTrial[],
  changed: Partial<IsolationObservations> = {},
): IsolationObservations {
  const direct = trials[0]?.direct ?? [];
  return {
    servers,
    login: { status: 200, server: trials[0]?.owner ?? null },
    direct: { statuses: direct.map(({ status }) => status), answers: direct },
    held: {
      before: servers.map((server) => ({ server, sessions: 0, users: [] })),
      after: servers.map((server) => {
        const users = trials.filter(({ owner }) => owner === server).map(({ userId }) => userId);
        return { server, sessions: users.length, users };
      }),
    },
    trials,
    misrouted: trials.map(({ owner }) => ({ owner, server: 'sticky-3', status: 401, error: 'session not found' })),
    ...changed,
  };
}

const asExpected = observed([trial('u-1', 'sticky-1'), trial('u-2', 'sticky-2')]);

function verdicts(observations: IsolationObservations): string[] {
  return analyseIsolation(observations).judgements.map(({ verdict }) => verdict);
}

describe('experiment 1.2', () => {
  it('confirms isolation', () => {
    const analysis = analyseIsolation(asExpected);
    expect(verdicts(asExpected)).toEqual(['confirmed', 'confirmed', 'confirmed']);
    expect(analysis.headline).toBe('200 / 401 / 401');
    expect(analysis.judgements[1]?.evidence).toContain('2 of 2 cases, another server in 0 of 4');
    expect(analysis.findings[0]).toContain('4 of 4 such requests were refused');
    expect(analysis.tables[0]?.rows).toHaveLength(4);
  });

  it('refutes all three when the servers share their sessions', () => {
    const shared = [trial('u-1', 'sticky-1', { status: 200, userId: 'u-1', error: null })];
    const everywhere = servers.map((server) => ({ server, sessions: 1, users: ['u-1'] }));
    const observations = observed(shared, {
      held: { before: asExpected.held.before, after: everywhere },
      misrouted: [{ owner: 'sticky-1', server: 'sticky-3', status: 200, error: null }],
    });
    expect(verdicts(observations)).toEqual(['refuted', 'refuted', 'refuted']);
    expect(analyseIsolation(observations).findings[0]).toContain('2 of 2 requests');
  });

  it('refutes H3 alone when the answer is another than "session not found"', () => {
    const other = [trial('u-1', 'sticky-1', { status: 500, error: 'internal server error' })];
    expect(verdicts(observed(other))).toEqual(['confirmed', 'confirmed', 'refuted']);
  });

  it('refutes H2 when the server that made the session does not know it', () => {
    const forgotten = trial('u-1', 'sticky-1');
    const direct = forgotten.direct.map((answer) => ({ ...answer, status: 401, userId: null }));
    expect(verdicts(observed([{ ...forgotten, direct }]))[1]).toBe('refuted');
  });

  it('decides nothing without a login, an answer or a misrouted request', () => {
    const noLogin = [{ ...trial('u-1', 'sticky-1'), login: 503, owner: null }];
    expect(verdicts(observed(noLogin))).toEqual(['undecided', 'undecided', 'undecided']);
    const silent = [trial('u-1', 'sticky-1', { status: 'timeout', error: null })];
    expect(verdicts(observed(silent)).slice(1)).toEqual(['undecided', 'undecided']);
    const notMisrouted = [{ owner: 'sticky-1', server: null, status: 'none', error: null }];
    expect(verdicts(observed([trial('u-1', 'sticky-1')], { misrouted: notMisrouted }))[2]).toBe('undecided');
  });

  describe('the logout at the end', () => {
    const loggedOutAt = (before: readonly Status[], after?: readonly Status[]) => ({
      ...asExpected,
      logout: loggedOut('sticky-1', before, after),
    });

    it('adds rows and a finding, and changes no verdict', () => {
      const observations = loggedOutAt([200, 401, 401]);
      const [before, after] = [analyseIsolation(asExpected), analyseIsolation(observations)];
      expect(after.judgements).toEqual(before.judgements);
      expect(after.tables[0]?.rows.slice(4)).toEqual([
        ['sticky-1', 'made the session, after the logout', 401, 'session ended: logout'],
        ['sticky-2', 'did not make it, after the logout', 401, 'session not found'],
        ['sticky-3', 'did not make it, after the logout', 401, 'session not found'],
      ]);
      expect(after.findings[0]).toBe(before.findings[0]);
      expect(after.findings[2]).toContain('logged out at sticky-1 was answered 401 / 401 / 401 within 3.5 ms');
      expect(after.findings[2]).toContain('2 other users stayed logged in');
    });

    it('tells whether a misrouted request can be taken for it', () => {
      const told = loggedOutAt([200, 401, 401]);
      expect(analyseIsolation(told).findings[1]).toContain(
        '"session ended: logout" from the server that made the session',
      );
      const alike = { ...told.logout, after: { ...atEach([401, 401, 401]), afterMs: 3.5 } };
      const { findings } = analyseIsolation({ ...asExpected, logout: alike });
      expect(findings[1]).toBe(analyseIsolation(asExpected).findings[1]);
      expect(findings[1]).toContain('the same 401 as after a logout or an expiry');
    });

    it('says so when it has no effect', () => {
      const { tables, findings } = analyseIsolation(loggedOutAt([200, 401, 401], [200, 401, 401]));
      expect(tables[0]?.rows[4]).toEqual(['sticky-1', 'made the session, after the logout', 200, 'knows u-1']);
      expect(findings.at(-1)).toContain('Logout has no effect');
    });

    it.each<[string, IsolationObservations]>([
      ['nobody was logged in', loggedOutAt([401, 401, 401])],
      ['the server gave no answer', loggedOutAt([200, 401, 401], ['timeout', 401, 401])],
      [
        'others were logged out too',
        { ...asExpected, logout: { ...loggedOut('sticky-1', [200, 401]), others: [401] } },
      ],
    ])('is no finding when %s', (_, observations) => {
      expect(analyseIsolation(observations).findings).toHaveLength(2);
    });
  });

  it('leaves H1 undecided when a server did not say what it holds, or held sessions before', () => {
    const unknown = servers.map((server) => ({ server, sessions: null, users: [] }));
    expect(verdicts({ ...asExpected, held: { ...asExpected.held, after: unknown } })[0]).toBe('undecided');
    const full = servers.map((server) => ({ server, sessions: 1, users: ['u-9'] }));
    expect(verdicts({ ...asExpected, held: { ...asExpected.held, before: full } })[0]).toBe('undecided');
  });
});
