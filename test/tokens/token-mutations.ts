/** Tokens as an attacker makes them: valid ones that were edited, and headers and payloads of a grammar of their own. */
import type { SeededRandom } from '../../lab/src/experiments/seeded-random.ts';
import { encode, hs256 } from './forge.ts';

export interface FuzzMaterial {
  /** Genuine tokens of all algorithms, in compact form. */
  readonly valid: readonly string[];
  /** What an attacker can get hold of and might pass off as an HS256 secret: public keys as PEM, DER and JWK. */
  readonly publicBytes: readonly (string | Buffer)[];
  readonly kids: readonly string[];
}

export type Mutation = (random: SeededRandom, material: FuzzMaterial) => string;

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const strange = [...'.=+/ \t\n\0%~é', '\u2028', '\ud800', '..', '....', 'A'.repeat(9_000), '\u202e', '{}', '%00'];
const algs = ['HS256', 'RS256', 'ES256', 'EdDSA', 'none', 'None', 'nOnE', '', 'HS384', 'HS512', 'RS512', 'PS256'];
const moreAlgs = ['ES384', 'ES256K', 'Ed25519', 'Ed448', 'hs256', 'HS256 ', 'dir', 'RSA-OAEP', '__proto__', 'toString'];
/** The order of the group of P-256, and that of Ed25519: FIPS 186-4, D.1.2.3, and RFC 8032, 5.1. */
const p256Order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const ed25519Order = 2n ** 252n + 27742317777372353535851937790883648493n;

export const mutations: Readonly<Record<string, Mutation>> = {
  'one character': (random, { valid }) => {
    const token = random.pick(valid);
    const at = random.integer(0, token.length - 1);
    const by = random.next() < 0.8 ? random.pick([...alphabet]) : random.pick(strange);
    return random.pick([
      token.slice(0, at) + by + token.slice(at + 1),
      token.slice(0, at) + token.slice(at + 1),
      token.slice(0, at) + by + token.slice(at),
      token.slice(0, at),
      token + by,
      by + token,
    ]);
  },
  'one bit': (random, { valid }) => {
    const parts = random.pick(valid).split('.');
    const which = random.integer(0, 2);
    const bytes = Buffer.from(parts[which] ?? '', 'base64url');
    const at = random.integer(0, bytes.length - 1);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.integer(0, 7));
    parts[which] = bytes.toString('base64url');
    return parts.join('.');
  },
  'parts in another order': (random, { valid }) => {
    const parts = Array.from({ length: 3 }, () => random.pick(valid)).flatMap((token) => token.split('.'));
    return random.shuffled(parts).slice(0, random.integer(0, 6)).join('.');
  },
  'another spelling of the same bytes': (random, { valid }) => {
    const parts = random.pick(valid).split('.');
    const which = random.integer(0, 2);
    const part = parts[which] ?? '';
    const last = alphabet.indexOf(part.slice(-1));
    parts[which] = random.pick([
      part.slice(0, -1) + alphabet[last ^ random.integer(1, 3)],
      `${part}${'='.repeat(random.integer(1, 3))}`,
      part.replaceAll('-', '+').replaceAll('_', '/'),
      `${part}\n`,
    ]);
    return parts.join('.');
  },
  'a header of its own': (random, material) => {
    const [, payload = '', signature = ''] = random.pick(material.valid).split('.');
    return sign(random, material, `${encode(json(random, headerMembers(random, material)))}.${payload}`, signature);
  },
  'a payload of its own': (random, material) => {
    const [header = '', , signature = ''] = random.pick(material.valid).split('.');
    return sign(random, material, `${header}.${encode(json(random, payloadMembers(random)))}`, signature);
  },
  'a header and a payload of its own': (random, material) => {
    const header = encode(json(random, headerMembers(random, material)));
    const payload = encode(json(random, payloadMembers(random)));
    return sign(random, material, `${header}.${payload}`, random.pick(material.valid).split('.')[2] ?? '');
  },
  'a signature by arithmetic': (random, { valid }) => {
    const [header = '', payload = '', signature = ''] = random.pick(valid).split('.');
    return `${header}.${payload}.${arithmetic(random, Buffer.from(signature, 'base64url')).toString('base64url')}`;
  },
  'bytes without sense': (random) => {
    const parts = Array.from({ length: random.integer(0, 5) }, () => {
      const bytes = Buffer.from(Array.from({ length: random.integer(0, 40) }, () => random.integer(0, 255)));
      return random.next() < 0.5 ? bytes.toString('base64url') : bytes.toString('latin1');
    });
    return parts.join('.');
  },
};

/** Under an input that nobody signed: what an attacker may put there. */
function sign(random: SeededRandom, { publicBytes }: FuzzMaterial, input: string, signature: string): string {
  const secret = () => random.pick([...publicBytes, '', 'secret', Buffer.alloc(32), 'null', 'undefined']);
  const made = random.pick([
    () => signature,
    () => '',
    () => hs256(secret())(input).toString('base64url'),
    () => arithmetic(random, Buffer.from(signature, 'base64url')).toString('base64url'),
  ])();
  return `${input}.${made}`;
}

/** Zeros (CVE-2022-21449), the group's order, the negated s, s plus the order, DER, and lengths that do not fit. */
function arithmetic(random: SeededRandom, signature: Buffer): Buffer {
  const half = signature.length === 64 ? 32 : Math.floor(signature.length / 2);
  const [first, second] = [signature.subarray(0, half), signature.subarray(half)];
  const big = (value: bigint) => Buffer.from(value.toString(16).padStart(64, '0').slice(-64), 'hex');
  const s = BigInt(`0x${second.toString('hex') || '0'}`);
  const sLittle = BigInt(`0x${Buffer.from(second).reverse().toString('hex') || '0'}`);
  return random.pick([
    () => Buffer.alloc(signature.length),
    () => Buffer.concat([big(p256Order), big(p256Order)]),
    () => Buffer.concat([Buffer.alloc(half), second]),
    () => Buffer.concat([first, Buffer.alloc(half)]),
    () => Buffer.concat([first, big(p256Order - (s % p256Order))]),
    () => Buffer.concat([first, big(s + p256Order)]),
    () => Buffer.concat([first, Buffer.from(big(sLittle + ed25519Order)).reverse()]),
    () => Buffer.concat([second, first]),
    () => Buffer.concat([Buffer.from([0x30, 0x44, 0x02, 0x20]), first, Buffer.from([0x02, 0x20]), second]),
    () => signature.subarray(0, random.integer(0, signature.length)),
    () => Buffer.concat([signature, Buffer.alloc(random.integer(1, 64))]),
    () => Buffer.concat([Buffer.alloc(1), signature]),
    () => Buffer.alloc(signature.length, 0xff),
  ])();
}

type Members = readonly (readonly [string, unknown])[];

function headerMembers(random: SeededRandom, { kids }: FuzzMaterial): Members {
  const kid = () => random.pick([...kids, '../../dev/null', "' OR 1=1 --", '', '\0', '__proto__', 'a'.repeat(5_000)]);
  const all: Members = [
    ['alg', random.pick([...algs, ...moreAlgs, null, 1, [], ['HS256'], {}] as unknown[])],
    ['kid', random.pick([kid(), kid(), kid(), null, 7, {}, [kid()]] as unknown[])],
    ['typ', random.pick(['JWT', 'jwt', 'at+jwt', 'JOSE', 'logout+jwt', 'dpop+jwt', null, 1] as unknown[])],
    ['crit', random.pick([['exp'], ['b64'], [], 'b64', null] as unknown[])],
    ['b64', random.pick([true, false, 'false'] as unknown[])],
    ['jwk', { kty: 'oct', k: '' }],
    ['jku', 'http://127.0.0.1:9/keys'],
    ['x5u', 'file:///etc/passwd'],
    ['x5c', ['AAAA']],
    ['enc', 'A256GCM'],
    ['zip', 'DEF'],
    ['cty', 'JWT'],
    ['__proto__', { alg: 'none' }],
    ['constructor', { prototype: { alg: 'none' } }],
    ['deep', deep(random)],
  ];
  const chosen = all.filter(([name]) => random.next() < (name === 'alg' || name === 'kid' ? 0.9 : 0.15));
  return random.next() < 0.1 ? [...chosen, ...chosen] : chosen;
}

function payloadMembers(random: SeededRandom): Members {
  const number = () => random.pick([0, -1, 1.5, 1e21, 9_999_999_999, 2 ** 53, '9999999999', null, true, [], {}]);
  const text = () => random.pick(['user-1', '', 'x'.repeat(600), 'é\u2028', '\ud800', null, 7, [], {}, ['shop']]);
  const all: Members = [
    ['sub', text()],
    ['iss', random.pick(['https://shop.example', 'https://evil.example', text()])],
    ['aud', random.pick(['shop', ['shop'], ['bank', 'shop'], text(), [text()]])],
    ['iat', number()],
    ['exp', number()],
    ['nbf', number()],
    ['jti', text()],
    ['role', text()],
    ['device', text()],
    ['sid', text()],
    ['__proto__', { sub: 'admin' }],
    ['deep', deep(random)],
  ];
  return all.filter(() => random.next() < 0.8);
}

function deep(random: SeededRandom): unknown {
  let value: unknown = 1;
  for (let level = random.pick([1, 10, 40, 500]); level > 0; level -= 1)
    value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** JSON as nobody's encoder writes it: members in any order and twice, blanks, escapes, ends missing or too many. */
export function json(random: SeededRandom, members: Members): string {
  const blank = () => (random.next() < 0.1 ? random.pick([' ', '\n', '\t\r', '\u00a0', '/**/']) : '');
  const name = (text: string) =>
    random.next() < 0.1
      ? `"${[...text].map((each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`
      : JSON.stringify(text);
  const written = random
    .shuffled(members)
    .map(([key, value]) => `${blank()}${name(key)}${blank()}:${blank()}${JSON.stringify(value)}`);
  if (random.next() < 0.1 && written.length > 0) written.push(random.pick(written));
  const whole = `{${written.join(',')}}`;
  if (random.next() < 0.9) return whole;
  return random.pick([whole.slice(0, -1), `${whole}}`, `[${whole}]`, `${whole}{}`, `\ufeff${whole}`, `${whole}\0`, '']);
}
