/** Rates count for nothing unless all libraries refuse the same. */
import { CompactSign } from 'jose';
import type { BenchKeys } from './keys.ts';
import { newKeys } from './keys.ts';
import { audience, issuer, kid, type TokenSubject } from './subject.ts';

/** @throws Error when a token is accepted that must not be */
export async function checkRefusals(subject: TokenSubject, keys: BenchKeys, maker: TokenSubject): Promise<void> {
  const user = { sub: 'user-0', username: 'ada', role: 'customer' };
  const good = await maker.issue(user);
  const own = await subject.issue(user);
  for (const token of [good, own]) {
    if ((await subject.verify(token)).sub !== user.sub) throw new Error('A token was read as another.');
  }
  const claims = JSON.parse(Buffer.from(good.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
  const { algorithm } = keys;
  const otherAlgorithm = algorithm === 'HS256' ? 'ES256' : 'HS256';
  const refused: Readonly<Record<string, Promise<string> | string>> = {
    'another issuer': sign({ ...claims, iss: `${issuer}x` }, keys),
    'no issuer': sign({ ...claims, iss: undefined }, keys),
    'another audience': sign({ ...claims, aud: `${audience}x` }, keys),
    'no audience': sign({ ...claims, aud: undefined }, keys),
    'an end that is past': sign({ ...claims, exp: Math.floor(Date.now() / 1_000) - 10 }, keys),
    'another key': sign(claims, newKeys(algorithm)),
    'another algorithm': sign(claims, newKeys(otherAlgorithm)),
    'no signature': `${good.slice(0, good.lastIndexOf('.'))}.`,
  };
  for (const [what, token] of Object.entries(refused)) {
    if (await accepts(subject, await token)) throw new Error(`A token with ${what} was accepted.`);
  }
}

async function accepts(subject: TokenSubject, token: string): Promise<boolean> {
  try {
    await subject.verify(token);
    return true;
  } catch {
    return false;
  }
}

function sign(claims: Record<string, unknown>, { algorithm, signing }: BenchKeys): Promise<string> {
  return new CompactSign(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader({ alg: algorithm, kid, typ: 'JWT' })
    .sign(signing);
}
