import { describe, expect, it } from 'vitest';
import type { DirectAnswer, IsolationObservations, SessionTrial } from '../../src/experiments/l12-isolation/analyse.ts';
import { isolation } from '../../src/experiments/l12-isolation/index.ts';
import { inBothLanguages } from './in-both-languages.ts';

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

  it('leaves H1 undecided when a server did not say what it holds, or held sessions before', () => {
    const unknown = servers.map((server) => ({ server, sessions: null, users: [] }));
    expect(verdicts({ ...asExpected, held: { ...asExpected.held, after: unknown } })[0]).toBe('undecided');
    const full = servers.map((server) => ({ server, sessions: 1, users: ['u-9'] }));
    expect(verdicts({ ...asExpected, held: { ...asExpected.held, before: full } })[0]).toBe('undecided');
  });
});
