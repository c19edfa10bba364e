/** Experiment 1.2 on real servers. */
import { describe, expect, test } from 'vitest';
import { isolation } from '../../src/experiments/l12-isolation/index.ts';
import { inBothLanguages } from './in-both-languages.ts';
import { verdicts } from './made-up.ts';
import { realRun } from './real-run.ts';

describe('on real servers', { timeout: 60_000 }, () => {
  test('1.2: a session is known to one server, and a logout there ends it', async () => {
    const observations = await realRun(isolation);
    const { login, logout, servers, trials } = observations;
    expect(verdicts(inBothLanguages(isolation)(observations))).toEqual({
      H1: 'confirmed',
      H2: 'confirmed',
      H3: 'confirmed',
    });
    expect(logout).toMatchObject({
      userId: 'u-1',
      server: login.server,
      status: 200,
      before: { statuses: servers.map((server) => (server === login.server ? 200 : 401)) },
      after: {
        statuses: [401, 401, 401],
        errors: servers.map((server) => (server === login.server ? 'session ended: logout' : 'session not found')),
      },
      others: trials.slice(1).map(() => 200),
    });
  });
});
