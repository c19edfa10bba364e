import type { TokenClaims } from './claims.ts';
import type { RevocableToken } from './store.ts';

/** What a store knows a token by. */
export function revocableToken({ sub, jti = '', device, sid }: TokenClaims, keyId?: string): RevocableToken {
  return {
    userId: sub,
    jti,
    ...(device === undefined ? {} : { deviceId: device }),
    ...(sid === undefined ? {} : { familyId: sid }),
    ...(keyId === undefined ? {} : { keyId }),
  };
}
