import { createHash } from 'node:crypto';
import { createTokens, TokenError } from 'sallyport/tokens';
import { describe, expect, it } from 'vitest';
import { decode, encode, es256, forge, goodClaims, hs256, rs256 } from './forge.ts';
import { here, keyPair, newSecret } from './key-pairs.ts';

const secret = newSecret();
const rsa = keyPair('RS256');
const ec = keyPair('ES256');
const tokens = createTokens({
  ...here,
  keys: [
    { kid: 'h', alg: 'HS256', secret },
    { kid: 'r', alg: 'RS256', privateKey: rsa.privateKey },
    { kid: 'e', alg: 'ES256', privateKey: ec.privateKey },
  ],
});
const rsaOnly = createTokens({ ...here, keys: [{ kid: 'r', alg: 'RS256', publicKey: rsa.publicKey }] });
const rsaPem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const claims = goodClaims();
const header = { alg: 'HS256', kid: 'h', typ: 'JWT' };
const good = forge(header, claims, hs256(secret));
const [goodHeader = '', goodPayload = '', goodSignature = ''] = good.split('.');
const withClaims = (over: object) => forge(header, { ...claims, ...over }, hs256(secret));
const withHeader = (over: object) => forge({ ...header, ...over }, claims, hs256(secret));
const noSignature = () => Buffer.alloc(0);

const invalid: readonly (readonly [string, string])[] = [
  ['a later exp', `${goodHeader}.${encode({ ...claims, exp: 9_999_999_999 })}.${goodSignature}`],
  ['another user', `${goodHeader}.${encode({ ...claims, sub: 'admin' })}.${goodSignature}`],
  ['a payload that is no JSON any more', `${goodHeader}.${goodPayload.slice(0, -5)}AAAAA.${goodSignature}`],
  ['a payload with one more character', `${goodHeader}.${goodPayload}A.${goodSignature}`],
  ['a header of other spelling', `${encode({ kid: 'h', alg: 'HS256', typ: 'JWT' })}.${goodPayload}.${goodSignature}`],
  ['another secret', forge(header, claims, hs256(newSecret()))],
  ['an empty secret', forge(header, claims, hs256(''))],
  ['the name of no key', withHeader({ kid: 'unknown' })],
  ['the name of an inherited property', withHeader({ kid: '__proto__' })],
  ['the name of another key of ours', withHeader({ kid: 'r' })],
  ['the algorithm of another key of ours', forge({ alg: 'HS256', kid: 'r' }, claims, hs256(secret))],
  ['HS256 with the public RSA key as secret', forge({ alg: 'HS256', kid: 'r' }, claims, hs256(rsaPem))],
  ['ES256 with the name of the RSA key', forge({ alg: 'ES256', kid: 'r' }, claims, es256(ec.privateKey))],
  ['RS256 by another pair', forge({ alg: 'RS256', kid: 'r' }, claims, rs256(keyPair('RS256').privateKey))],
  ['the signature of another token', `${goodHeader}.${goodPayload}.${withClaims({ sub: 'user-2' }).split('.')[2]}`],
  ['half a signature', `${goodHeader}.${goodPayload}.${goodSignature.slice(0, 20)}`],
  ['a signature of one character', `${goodHeader}.${goodPayload}.A`],
  ['trailing characters', `${good}AAAA`],
  ['an ES256 signature of zeros', forge({ alg: 'ES256', kid: 'e' }, claims, () => Buffer.alloc(64))],
  ['an ES256 signature in DER', forge({ alg: 'ES256', kid: 'e' }, claims, () => Buffer.alloc(70, 0x30))],
];

const malformed: readonly (readonly [string, unknown])[] = [
  ['nothing', ''],
  ['one dot', '.'],
  ['two dots', '..'],
  ['words', 'not a token'],
  ['two parts', `${goodHeader}.${goodPayload}`],
  ['four parts', `${good}.${goodSignature}`],
  ['five parts, as of an encrypted token', `${good}.AAAA.AAAA`],
  ['an empty signature', `${goodHeader}.${goodPayload}.`],
  ['alg none', forge({ alg: 'none' }, claims, noSignature)],
  ['alg none with a signature', forge({ ...header, alg: 'none' }, claims, hs256(secret))],
  ['alg nOnE with a signature', forge({ ...header, alg: 'nOnE' }, claims, hs256(secret))],
  ['an algorithm that is not on the list', withHeader({ alg: 'HS512' })],
  ['an algorithm in small letters', withHeader({ alg: 'hs256' })],
  ['an inherited algorithm', withHeader({ alg: 'constructor' })],
  ['no algorithm', forge({ kid: 'h' }, claims, hs256(secret))],
  ['a list of algorithms', withHeader({ alg: ['HS256'] })],
  ['a kid that is no text', withHeader({ kid: { toString: 'h' } })],
  ['crit', withHeader({ crit: ['exp'], exp: 1 })],
  ['an unencoded payload', withHeader({ b64: false, crit: ['b64'] })],
  ['b64 without crit', withHeader({ b64: false })],
  ['a key inside the token', withHeader({ jwk: ec.publicKey.export({ format: 'jwk' }) })],
  ['a key address inside the token', withHeader({ jku: 'https://evil.example/jwks' })],
  ['a certificate address inside the token', withHeader({ x5u: 'https://evil.example/cert' })],
  ['a certificate inside the token', withHeader({ x5c: ['AAAA'] })],
  ['a logout token', withHeader({ typ: 'logout+jwt' })],
  ['a type that is no text', withHeader({ typ: 1 })],
  ['padding', `${good}=`],
  ['base64 instead of base64url', good.replace('.', '+.')],
  ['a space in front', ` ${good}`],
  ['a line end behind', `${good}\n`],
  ['a NUL behind', `${good}\0`],
  ['a letter outside ASCII', `${good}é`],
  ['Bearer in front', `Bearer ${good}`],
  ['a header that is no JSON', `AAAA.${goodPayload}.${goodSignature}`],
  ['a header that is a list', `${encode([])}.${goodPayload}.${goodSignature}`],
  ['a header that is null', `${encode('null')}.${goodPayload}.${goodSignature}`],
  ['a header that is no UTF-8', `${Buffer.from([0xff, 0xfe]).toString('base64url')}.${goodPayload}.${goodSignature}`],
  ['a non-canonical header', `${encode('{"alg":"HS256"} ').slice(0, -1)}B.${goodPayload}.${goodSignature}`],
  ['a signed list', forge(header, [], hs256(secret))],
  ['signed text', forge(header, '"text"', hs256(secret))],
  ['a signed payload in another spelling', withPayloadSpelling()],
  ['a signed payload that is no JSON', forge(header, 'sub=user-1', hs256(secret))],
  ['more than 8 KiB', withClaims({ blob: 'x'.repeat(8_192) })],
  ['a megabyte', 'A'.repeat(1_048_576)],
  ['undefined', undefined],
  ['null', null],
  ['a number', 7],
  ['bytes', Buffer.from(good)],
  ['an object that is a token when printed', { toString: () => good, length: 10 }],
  ['no sub', withClaims({ sub: undefined })],
  ['a sub that is a number', withClaims({ sub: 1 })],
  ['an empty sub', withClaims({ sub: '' })],
  ['no exp', withClaims({ exp: undefined })],
  ['an exp that is text', withClaims({ exp: '9999999999' })],
  ['an infinite exp', forge(header, JSON.stringify(claims).replace(/"exp":\d+/, '"exp":1e999'), hs256(secret))],
  ['an exp that is null', withClaims({ exp: null })],
  ['no iat', withClaims({ iat: undefined })],
  ['a negative iat', withClaims({ iat: -1 })],
  ['an nbf that is text', withClaims({ nbf: 'now' })],
  ['no iss', withClaims({ iss: undefined })],
  ['an iss that is a list', withClaims({ iss: [here.issuer] })],
  ['no aud', withClaims({ aud: undefined })],
  ['an aud that holds a number', withClaims({ aud: ['shop', 1] })],
  ['a jti that is a number', withClaims({ jti: 1 })],
  ['a role that is a list', withClaims({ role: ['admin'] })],
  ['a username that is an object', withClaims({ username: {} })],
  ['a device that is a number', withClaims({ device: 1 })],
];

/** A payload whose unused trailing bits are not zero, under a signature that covers just that. */
function withPayloadSpelling(): string {
  const padded = JSON.stringify(claims).padEnd(Math.ceil(JSON.stringify(claims).length / 3) * 3 + 1);
  const spelling = encode(padded).replace(/.$/, (last) => String.fromCharCode(last.charCodeAt(0) + 1));
  if (Buffer.from(spelling, 'base64url').toString() !== padded) throw new Error('not the same bytes');
  const input = `${goodHeader}.${spelling}`;
  return `${input}.${hs256(secret)(input).toString('base64url')}`;
}

describe('forged and damaged tokens', () => {
  it('start from one that is accepted', async () => {
    expect(await tokens.verify(good)).toEqual(claims);
  });

  it.each(invalid)('%s: invalid signature', async (_, token) => {
    await expect(tokens.verify(token)).rejects.toMatchObject({
      name: 'TokenInvalidSignatureError',
      code: 'ERR_TOKEN_INVALID_SIGNATURE',
      message: 'invalid signature',
    });
  });

  it.each(malformed)('%s: token malformed', async (_, token) => {
    await expect(tokens.verify(token as string)).rejects.toMatchObject({
      name: 'TokenMalformedError',
      code: 'ERR_TOKEN_MALFORMED',
      message: 'token malformed',
    });
  });

  it.each([
    ['another issuer', { iss: 'https://evil.example' }, 'iss'],
    ['an issuer with one more character', { iss: `${here.issuer}/` }, 'iss'],
    ['another audience', { aud: 'bank' }, 'aud'],
    ['other audiences', { aud: ['bank', 'Shop'] }, 'aud'],
    ['no audience at all', { aud: [] }, 'aud'],
  ])('%s: claim refused', async (_, over, claim) => {
    await expect(tokens.verify(withClaims(over))).rejects.toMatchObject({
      name: 'TokenClaimError',
      code: 'ERR_TOKEN_CLAIM_REFUSED',
      claim,
    });
  });

  it('a server that only knows the public RSA key takes it for no secret', async () => {
    for (const text of [rsaPem, rsaPem.trim(), rsa.publicKey.export({ type: 'spki', format: 'der' })]) {
      const token = forge({ alg: 'HS256', kid: 'r' }, claims, hs256(text));
      await expect(rsaOnly.verify(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_INVALID_SIGNATURE' });
    }
  });

  it('a signature in another spelling of the same bytes is refused', async () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const last = alphabet.indexOf(goodSignature.slice(-1));
    for (const other of [last + 1, last + 2, last + 3]) {
      const token = good.slice(0, -1) + alphabet[other];
      expect(Buffer.from(token.split('.')[2] ?? '', 'base64url')).toEqual(Buffer.from(goodSignature, 'base64url'));
      await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_INVALID_SIGNATURE' });
    }
  });

  it('1,000 random edits of one character are all refused, also with the true token in the cache', async () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n\0é';
    const seed = 'edits of one character';
    const draw = (n: number, what: string, below: number) =>
      createHash('sha256').update(`${seed}/${n}/${what}`).digest().readUInt32BE() % below;
    const subjects = [good, ...(await Promise.all(['r', 'e'].map(signedBy)))];
    for (const token of subjects) await tokens.verify(token);
    let refused = 0;
    for (let n = 0; n < 1_000; n += 1) {
      const token = subjects[n % subjects.length] ?? '';
      const at = draw(n, 'at', token.length);
      const original = token[at] ?? '';
      const replacement = alphabet.replace(original, '')[draw(n, 'by', alphabet.length - 1)] ?? '';
      const edits = [
        `${token.slice(0, at)}${replacement}${token.slice(at + 1)}`,
        token.slice(0, at) + token.slice(at + 1),
      ];
      const edited = edits[draw(n, 'how', 4) === 0 ? 1 : 0] ?? '';
      const error = await tokens.verify(edited).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error, `edit ${n} at ${at}`).toBeInstanceOf(TokenError);
      refused += 1;
    }
    expect(refused).toBe(1_000);
  });
});

async function signedBy(kid: string): Promise<string> {
  const signer = kid === 'r' ? rs256(rsa.privateKey) : es256(ec.privateKey);
  const token = forge({ alg: kid === 'r' ? 'RS256' : 'ES256', kid }, claims, signer);
  expect(decode(token).header.kid).toBe(kid);
  return token;
}
