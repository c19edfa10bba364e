/**
 * Published examples of signatures (RFC 7515 A.1 to A.5, RFC 8037 A.4, RFC 7797 4.2, RFC 7516 A.1) and known classes of
 * attack. The examples are no access tokens of ours, so a good signature shows by what is complained about next: the
 * payload.
 */
import { type JsonWebKey, sign } from 'node:crypto';
import {
  createTokens,
  memoryRevocationStore,
  type TokenKey,
  type TokenMalformedError,
  type Tokens,
} from 'sallyport/tokens';
import { describe, expect, it } from 'vitest';
import { eddsa, es256, forge, goodClaims, hs256 } from './forge.ts';
import { here, keyPair, newSecret } from './key-pairs.ts';

const joe = 'eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ';
const rfcSecret = Buffer.from(
  'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow',
  'base64url',
);
const rsaKey: JsonWebKey = {
  kty: 'RSA',
  n:
    'ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMs' +
    'D1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdV' +
    'MTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ',
  e: 'AQAB',
};
const ecKey: JsonWebKey = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
};
const edKey: JsonWebKey = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };

const examples: readonly (readonly [string, TokenKey, string, string])[] = [
  [
    'RFC 7515 A.1, HS256',
    { kid: 'k', alg: 'HS256', secret: rfcSecret },
    `eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.${joe}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk`,
    'claim sub',
  ],
  [
    'RFC 7515 A.2, RS256',
    { kid: 'k', alg: 'RS256', publicKey: rsaKey },
    `eyJhbGciOiJSUzI1NiJ9.${joe}.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5` +
      'jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN93' +
      '83LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrB' +
      'p0igcN_IoypGlUPQGe77Rw',
    'claim sub',
  ],
  [
    'RFC 7515 A.3, ES256',
    { kid: 'k', alg: 'ES256', publicKey: ecKey },
    `eyJhbGciOiJFUzI1NiJ9.${joe}.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q`,
    'claim sub',
  ],
  [
    'RFC 8037 A.4, Ed25519',
    { kid: 'k', alg: 'EdDSA', publicKey: edKey },
    'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylG' +
      'jg5BhVsPt9g7sVvpAr_MuM0KAg',
    'not JSON',
  ],
];

const refusal = (tokens: Tokens, token: string) =>
  tokens.verify(token).then(
    () => undefined,
    (error: TokenMalformedError) => error,
  );

describe('published examples', () => {
  it.each(examples)('%s: the signature is good', async (_, key, token, complaint) => {
    const tokens = createTokens({ ...here, keys: [key] });
    const error = await refusal(tokens, token);
    expect(error?.code).toBe('ERR_TOKEN_MALFORMED');
    expect(error?.detail).toContain(complaint);
    const [header = '', payload = '', signature = ''] = token.split('.');
    const bytes = Buffer.from(signature, 'base64url');
    for (let at = 0; at < bytes.length; at += 7) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      const edited = await refusal(tokens, `${header}.${payload}.${flipped.toString('base64url')}`);
      expect(edited?.code).toBe('ERR_TOKEN_INVALID_SIGNATURE');
    }
    const other = `A${payload.slice(1)}`;
    expect((await refusal(tokens, `${header}.${other}.${signature}`))?.code).toBe('ERR_TOKEN_INVALID_SIGNATURE');
  });

  it.each([
    ['RFC 7515 A.5, unsecured', `eyJhbGciOiJub25lIn0.${joe}.`],
    ['RFC 7515 A.5 with dots only', `eyJhbGciOiJub25lIn0.${joe}`],
    [
      'RFC 7797 4.2, an unencoded and detached payload',
      'eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19..A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY',
    ],
    [
      'RFC 7516 A.1, encrypted',
      'eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.OKOawDo13gRp2ojaHV7LFpZcgV7T6DVZKTyKOMTYUmKoTCVJRgckCL9kiMT03JGe.48V1_ALb6US04U3b.' +
        '5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX_EFShS8iB7j6ji.XFBoMYUZodetZdvTiFvSkQ',
    ],
  ])('%s: malformed', async (_, token) => {
    const tokens = createTokens({ ...here, keys: [{ kid: 'k', alg: 'HS256', secret: rfcSecret }] });
    expect((await refusal(tokens, token))?.code).toBe('ERR_TOKEN_MALFORMED');
  });
});

describe('arithmetic on signatures', () => {
  const [ec, ed] = [keyPair('ES256'), keyPair('EdDSA')];
  const tokens = createTokens({
    ...here,
    keys: [
      { kid: 'e', alg: 'ES256', publicKey: ec.publicKey },
      { kid: 'd', alg: 'EdDSA', publicKey: ed.publicKey },
    ],
  });
  const claims = goodClaims();
  const big = (value: bigint) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
  const p256Order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const ed25519Order = 2n ** 252n + 27742317777372353535851937790883648493n;

  it.each<[string, Buffer]>([
    ['r = s = 0', Buffer.alloc(64)],
    ['r = 0', Buffer.concat([big(0n), big(1n)])],
    ['s = 0', Buffer.concat([big(1n), big(0n)])],
    ['r = s = n', Buffer.concat([big(p256Order), big(p256Order)])],
    ['r = s = n - 1', Buffer.concat([big(p256Order - 1n), big(p256Order - 1n)])],
    ['r = 1, s = 1', Buffer.concat([big(1n), big(1n)])],
  ])('ES256 with %s is refused (CVE-2022-21449)', async (_, signature) => {
    const token = forge({ alg: 'ES256', kid: 'e', typ: 'JWT' }, claims, () => signature);
    expect((await refusal(tokens, token))?.code).toBe('ERR_TOKEN_INVALID_SIGNATURE');
  });

  it('ES256 in DER is refused', async () => {
    const der = (input: string) => sign('sha256', Buffer.from(input), ec.privateKey);
    const token = forge({ alg: 'ES256', kid: 'e', typ: 'JWT' }, claims, der);
    expect((await refusal(tokens, token))?.code).toBe('ERR_TOKEN_INVALID_SIGNATURE');
  });

  it('the twin of an ES256 signature is as good as the first, and falls with it', async () => {
    const revocable = createTokens({
      ...here,
      keys: [{ kid: 'e', alg: 'ES256', publicKey: ec.publicKey }],
      revocation: { mode: 'deny-list', store: memoryRevocationStore() },
    });
    const token = forge({ alg: 'ES256', kid: 'e', typ: 'JWT' }, claims, es256(ec.privateKey));
    const [header, payload, signature = ''] = token.split('.');
    const bytes = Buffer.from(signature, 'base64url');
    const s = BigInt(`0x${bytes.subarray(32).toString('hex')}`);
    const other = Buffer.concat([bytes.subarray(0, 32), big(p256Order - s)]).toString('base64url');
    const twin = `${header}.${payload}.${other}`;
    expect(await revocable.verify(twin)).toEqual(claims);
    await revocable.revoke(token);
    expect((await refusal(revocable, twin))?.code).toBe('ERR_TOKEN_REVOKED');
  });

  it('Ed25519 with S plus the order of the group is refused (RFC 8032, 5.1.7)', async () => {
    const token = forge({ alg: 'EdDSA', kid: 'd', typ: 'JWT' }, claims, eddsa(ed.privateKey));
    expect(await tokens.verify(token)).toEqual(claims);
    const [header, payload, signature = ''] = token.split('.');
    const bytes = Buffer.from(signature, 'base64url');
    const s = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`);
    const moved = Buffer.concat([bytes.subarray(0, 32), Buffer.from(big(s + ed25519Order)).reverse()]);
    const edited = `${header}.${payload}.${moved.toString('base64url')}`;
    expect((await refusal(tokens, edited))?.code).toBe('ERR_TOKEN_INVALID_SIGNATURE');
  });

  it('a key of another curve does not verify what its name says', async () => {
    const token = forge({ alg: 'EdDSA', kid: 'e', typ: 'JWT' }, claims, eddsa(ed.privateKey));
    expect((await refusal(tokens, token))?.code).toBe('ERR_TOKEN_INVALID_SIGNATURE');
  });
});

describe('JSON that two readers could read in two ways', () => {
  const secret = newSecret();
  const tokens = createTokens({ ...here, keys: [{ kid: 'h', alg: 'HS256', secret }] });
  const claims = JSON.stringify(goodClaims());
  const header = '{"alg":"HS256","kid":"h"}';
  const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

  it.each([
    ['alg twice', '{"alg":"none","alg":"HS256","kid":"h"}', claims],
    ['alg twice, once by an escape', '{"alg":"none","\\u0061lg":"HS256","kid":"h"}', claims],
    ['sub twice', header, `${claims.slice(0, -1)},"sub":"admin"}`],
    ['sub twice, once by an escape', header, `${claims.slice(0, -1)},"s\\u0075b":"admin"}`],
    ['a member of a member twice', header, `${claims.slice(0, -1)},"own":{"a":1,"a":2}}`],
    ['a header nested 1,000 deep', `{"alg":"HS256","kid":"h","x":${nested(1_000)}}`, claims],
    ['claims nested 33 deep', header, `${claims.slice(0, -1)},"x":${nested(33)}}`],
    ['claims nested 2,000 deep', header, `${claims.slice(0, -1)},"x":${nested(2_000)}}`],
    ['a byte order mark', header, `\ufeff${claims}`],
    ['text behind the object', header, `${claims} {}`],
  ])('%s: malformed, although the signature is good', async (_, ofHeader, payload) => {
    const token = forge(ofHeader, payload, hs256(secret));
    expect((await refusal(tokens, token))?.code).toBe('ERR_TOKEN_MALFORMED');
  });

  it('strings that only look like members are no members', async () => {
    const own = { 'a":1,"a': '"a":1,"a":2', list: ['"b":', { b: '\\"b":' }], __proto: {}, 'c\\': 'd":' };
    const payload = `${claims.slice(0, -1)},"own":${JSON.stringify(own)}, "sp" : 1 ,"__proto__":{"sub":"admin"}}`;
    const read = await tokens.verify(forge(header, payload, hs256(secret)));
    expect(read).toMatchObject({ sub: 'user-1', own, sp: 1 });
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(await tokens.verify(forge(header, payload, hs256(secret)))).toBe(read);
  });

  it('issue() makes nothing that verify() would refuse', async () => {
    const deep = JSON.parse(nested(40));
    await expect(tokens.issue({ sub: 'user-1', deep })).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION' });
    const { token } = await tokens.issue({ sub: 'user-1', deep: JSON.parse(nested(20)) });
    expect(await tokens.verify(token)).toMatchObject({ sub: 'user-1' });
  });

  it('blanks and escapes are no reason to refuse', async () => {
    const token = forge('{ "alg" :\n"HS\\u0032\\u0035\\u0036","kid":"h" }', ` ${claims} `, hs256(secret));
    expect(await tokens.verify(token)).toMatchObject({ sub: 'user-1' });
  });
});
