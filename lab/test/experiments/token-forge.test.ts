import { createTokens, TokenExpiredError, TokenInvalidSignatureError, TokenMalformedError } from 'sallyport/tokens';
import { describe, expect, test } from 'vitest';
import {
  decodeToken,
  signedLike,
  withAlteredSignature,
  withEditedPayload,
  withoutSignature,
} from '../../src/experiments/token-forge.ts';

const secret = 'k'.repeat(43);
const tokens = createTokens({ keys: [{ kid: 'lab', alg: 'HS256', secret }], issuer: 'lab', audience: 'lab' });

describe('forged tokens', () => {
  test('the decoded parts are header and payload, without the signature', async () => {
    const { token, claims } = await tokens.issue({ sub: 'u-1', role: 'member' });
    expect(decodeToken(token)).toEqual({ header: { alg: 'HS256', kid: 'lab', typ: 'JWT' }, payload: claims });
  });

  test('a token signed with the key is taken for one of its owner', async () => {
    const { token } = await tokens.issue({ sub: 'u-1' });
    const exp = Math.floor(Date.now() / 1000) + 30;
    await expect(tokens.verify(signedLike(token, { exp, jti: 'another' }, secret))).resolves.toMatchObject({
      sub: 'u-1',
      exp,
      jti: 'another',
    });
    await expect(tokens.verify(signedLike(token, { exp: 1 }, secret))).rejects.toThrow(TokenExpiredError);
    expect(decodeToken(signedLike(token, { jti: null }, secret)).payload).not.toHaveProperty('jti');
  });

  test('what a forger can make without the key is refused', async () => {
    const { token } = await tokens.issue({ sub: 'u-1', role: 'member' });
    for (const forged of [
      withAlteredSignature(token),
      withEditedPayload(token, { role: 'admin' }),
      signedLike(token, {}, 'another key, of at least 32 characters'),
    ]) {
      await expect(tokens.verify(forged)).rejects.toThrow(TokenInvalidSignatureError);
    }
    for (const signature of [true, false]) {
      await expect(tokens.verify(withoutSignature(token, { signature }))).rejects.toThrow(TokenMalformedError);
    }
    await expect(tokens.verify(token)).resolves.toMatchObject({ role: 'member' });
  });
});
