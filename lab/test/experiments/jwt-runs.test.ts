/** Experiments 3.1 to 3.3 on real servers, as fast as their times can be scaled. */
import { describe, expect, test } from 'vitest';
import { stateless } from '../../src/experiments/l31-stateless/index.ts';
import { tokenExpiry } from '../../src/experiments/l32-token-expiry/index.ts';
import { denyList } from '../../src/experiments/l33-deny-list/index.ts';
import { inBothLanguages } from './in-both-languages.ts';
import { verdicts } from './made-up.ts';
import { realRun } from './real-run.ts';

describe.sequential('on real servers', { timeout: 90_000 }, () => {
  test('3.1: a token needs no Redis', async () => {
    const observations = await realRun(stateless);
    expect(observations.redisDown.statuses).toEqual([200, 200, 200]);
    expect(verdicts(inBothLanguages(stateless)(observations))).toEqual({
      H1: 'confirmed',
      H2: 'confirmed',
      H3: 'confirmed',
    });
    const { killed, restarted, servers } = observations;
    expect(killed?.server).toBe(restarted.server);
    expect(killed?.statuses).toEqual(servers.map((server) => (server === killed?.server ? 'refused' : 200)));
    expect(observations.modes.map(({ down }) => down.statuses[0])).toEqual([200, 503, 200]);
    expect(observations.modes.map(({ loggedOut }) => loggedOut.statuses[0])).toEqual([200, 401, 401]);
  });

  test('3.2: a token ends with its exp', async () => {
    const observations = await realRun(tokenExpiry);
    expect(verdicts(inBothLanguages(tokenExpiry)(observations))).toEqual({
      H1: 'confirmed',
      H2: 'confirmed',
      H3: 'confirmed',
    });
    expect(observations.forgeries.map(({ errors }) => errors[0])).toEqual([
      'invalid signature',
      'invalid signature',
      'token malformed',
      'token malformed',
      'invalid signature',
    ]);
  });

  // It starts four servers anew three times, to measure what the list costs.
  test('3.3: a deny-list logs out, and is asked last', { timeout: 180_000 }, async () => {
    const observations = await realRun(denyList);
    expect(verdicts(inBothLanguages(denyList)(observations))).toEqual({
      H1: 'confirmed',
      H2: 'refuted',
      H3: 'confirmed',
    });
    expect(observations.afterLogout.errors).toEqual(['token revoked', 'token revoked', 'token revoked']);
    expect(observations.lookUps.map(({ commandCalls }) => commandCalls.mget ?? 0)).toEqual([15, 15, 0, 0, 0]);
    expect(observations.listInMemory).toMatchObject({ status: 200, commandCalls: {} });
    const spread = Object.fromEntries(observations.spread?.map(({ list, rounds }) => [list, rounds]) ?? []);
    expect(
      spread.none?.every(({ refusedAfterMs, acceptedForMs }) => refusedAfterMs === null && acceptedForMs > 400),
    ).toBe(true);
    expect(spread.redis?.every(({ refusedAfterMs }) => refusedAfterMs !== null)).toBe(true);
    // The lease, and a request that was under way on a busy machine.
    expect(
      spread.memory?.every(({ refusedAfterMs, acceptedForMs }) => refusedAfterMs !== null && acceptedForMs < 3_000),
    ).toBe(true);
  });
});
