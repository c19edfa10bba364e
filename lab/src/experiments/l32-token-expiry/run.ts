/** What experiment 3.2 does. */
import { randomBytes } from 'node:crypto';
import type { RunningScheme } from '../../schemes/running-scheme.ts';
import type { LabContext } from '../context.ts';
import { LabClient } from '../lab-client.ts';
import { profileAtEach } from '../profile-at-each.ts';
import { decodeToken, signedLike, withEditedPayload, withoutSignature } from '../token-forge.ts';
import type { Forgery, ForgeryKind, SkewedToken, TokenExpiryObservations, TokenLife, WalkStep } from './analyse.ts';
import type { TokenExpiryWords } from './words.ts';

const user = { userId: 'u-1', username: 'ada', role: 'member' };
const pollMs = 25;
/** Of a life of 2 s, two fifths can be lost to rounding, and "three fifths of its life" would be after its end. */
const leastTtlSeconds = 3;

export async function runTokenExpiry(context: LabContext, words: TokenExpiryWords): Promise<TokenExpiryObservations> {
  const ttlSeconds = Math.max(leastTtlSeconds, Math.round(context.scaled(5000) / 1000));
  const scheme = await context.startScheme('jwt', { balancer: false, ttlSeconds, env: { REVOCATION: 'none' } });
  const { servers } = scheme;
  // The first requests of a process are slow; here a tenth of a second counts.
  for (const { url } of servers) await new LabClient().login(url, user);

  context.progress(words.progress.forgeries);
  const forgeries = await sendForgeries(scheme);
  const skews = await sendSkewed(scheme, ttlSeconds);

  const tokens = context.count({ quick: 4, default: 5, full: 20 });
  context.progress(words.progress.lives(tokens, ttlSeconds));
  const phases = Array.from({ length: tokens }, (_, index) => Math.round(((index + 0.5) * 1000) / tokens));
  const [walk, ...lives] = await Promise.all([
    walkThroughLife(context, scheme, ttlSeconds),
    ...phases.map((phaseMs) => followToEnd(context, context.random.pick(servers).url, ttlSeconds, phaseMs)),
  ]);
  return { servers: servers.map(({ id }) => id), ttlSeconds, pollMs, walk, lives, forgeries, skews };
}

async function sendForgeries({ servers }: RunningScheme): Promise<Forgery[]> {
  const client = new LabClient();
  await client.login(servers[0]?.url ?? '', user);
  const token = client.token ?? '';
  const { exp } = decodeToken(token).payload;
  const forged: Readonly<Record<ForgeryKind, string>> = {
    'exp edited': withEditedPayload(token, { exp: Number(exp) + 3600 }),
    'role edited': withEditedPayload(token, { role: 'admin' }),
    'alg none': withoutSignature(token, { signature: false }),
    'alg none, old signature': withoutSignature(token, { signature: true }),
    'another key': signedLike(token, {}, randomBytes(32).toString('base64url')),
  };
  const forgeries: Forgery[] = [];
  for (const kind of Object.keys(forged) as ForgeryKind[]) {
    client.token = forged[kind];
    forgeries.push({ kind, ...(await profileAtEach(client, servers)) });
  }
  return forgeries;
}

/** Whole seconds, at least one away from every limit, so that no answer depends on when in a second it was asked for. */
async function sendSkewed({ servers, tokenSecret }: RunningScheme, ttlSeconds: number): Promise<SkewedToken[]> {
  const client = new LabClient();
  const skews: SkewedToken[] = [];
  for (const [offsetSeconds, hasNotBefore] of [
    [-(ttlSeconds + 1), false],
    [-1, false],
    [0, true],
    [2, false],
    [2, true],
  ] as const) {
    await client.login(servers[0]?.url ?? '', user);
    const iat = Math.floor(Date.now() / 1000) + offsetSeconds;
    const exp = iat + ttlSeconds;
    client.token = signedLike(client.token ?? '', { iat, exp, nbf: hasNotBefore ? iat : null }, tokenSecret);
    const expiresInSeconds = exp - Date.now() / 1000;
    skews.push({ offsetSeconds, hasNotBefore, expiresInSeconds, ...(await profileAtEach(client, servers)) });
  }
  return skews;
}

async function walkThroughLife(
  context: LabContext,
  { servers }: RunningScheme,
  ttlSeconds: number,
): Promise<WalkStep[]> {
  const client = new LabClient();
  await client.login(context.random.pick(servers).url, user);
  const loggedInAt = performance.now();
  const afterMs = () => Math.round(performance.now() - loggedInAt);
  const walk: WalkStep[] = [];
  for (const share of [0, 0.6, 1.2]) {
    await context.wait(Math.max(0, share * ttlSeconds * 1000 - afterMs()));
    walk.push({ afterMs: afterMs(), ...(await profileAtEach(client, servers)) });
  }
  return walk;
}

/** Logs in at a moment within a second and asks again and again around the end of the token. */
async function followToEnd(context: LabContext, url: string, ttlSeconds: number, phaseMs: number): Promise<TokenLife> {
  const client = new LabClient();
  const nowMs = Date.now();
  await context.wait(Math.ceil((nowMs + 50 - phaseMs) / 1000) * 1000 + phaseMs - nowMs);
  const sentAtMs = Date.now();
  await client.login(url, user);
  const issuedAtMs = (sentAtMs + Date.now()) / 2;
  const sinceIssueMs = () => Date.now() - issuedAtMs;
  const { iat, exp } = decodeToken(client.token ?? '').payload;
  const seen = {
    phaseMs: Math.round(issuedAtMs) % 1000,
    iatSeconds: Number(iat),
    expSeconds: Number(exp),
    expAfterMs: Number(exp) * 1000 - issuedAtMs,
  };
  await context.wait((ttlSeconds - 1) * 1000 - 100);
  let acceptedUntilMs: number | null = null;
  while (sinceIssueMs() < (ttlSeconds + 2) * 1000) {
    const askedAtMs = sinceIssueMs();
    const { status, body } = await client.profile(url);
    if (status === 401) {
      const error = typeof body?.error === 'string' ? body.error : null;
      return { ...seen, acceptedUntilMs, refusedFromMs: sinceIssueMs(), error };
    }
    if (status === 200) acceptedUntilMs = askedAtMs;
    await context.wait(pollMs);
  }
  return { ...seen, acceptedUntilMs, refusedFromMs: null, error: null };
}
