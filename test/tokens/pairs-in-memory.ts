/** Pairs in memory, on a clock that stands still, and the alarms they raise. */
import {
  createTokens,
  memoryPairStore,
  memoryRevocationStore,
  type TokenPair,
  type TokenPairsOptions,
  type TokensOptions,
} from 'sallyport/tokens';
import { expect } from 'vitest';
import { manualClock } from '../manual-clock.ts';
import { here, newSecret } from './key-pairs.ts';
import { recordEvents } from './recorded-events.ts';

export const secret: string = newSecret();
export const alarms = ['token.reuse', 'token.device.refused', 'token.family.ended'] as const;
export const revoked = { code: 'ERR_TOKEN_REVOKED' };

export function setUp(pairs: Partial<TokenPairsOptions> = {}, over: Partial<TokensOptions> = {}) {
  const clock = manualClock();
  const tokens = createTokens({
    ...here,
    keys: [{ kid: 'h', alg: 'HS256', secret }],
    revocation: { mode: 'deny-list', store: memoryRevocationStore({ clock }) },
    clock,
    ...over,
    pairs: { store: memoryPairStore({ clock }), ...pairs },
  });
  return { clock, tokens, pairs: tokens.pairs };
}

/** The alarms of one family while something runs, which must end with this code, or well. */
export async function alarmsOf(
  { familyId }: TokenPair,
  run: () => Promise<unknown>,
  code?: string,
): Promise<unknown[]> {
  const told = await recordEvents(
    alarms,
    (payload) => payload.familyId === familyId,
    async () => {
      if (code === undefined) await run();
      else await expect(run()).rejects.toMatchObject({ code });
    },
  );
  return told.map(([name, payload]) => [
    name,
    'class' in payload ? payload.class : 'reason' in payload ? payload.reason : '',
  ]);
}

export const phone = { userId: 'user-1', deviceId: 'phone' } as const;
export const onPhone = { deviceId: 'phone' };
