/** What experiment 3.1 does. */
import type { LabContext, RunningScheme } from './context.ts';
import type { ModeObservations, RevocationMode, StatelessObservations } from './l31-stateless.analyse.ts';
import { LabClient } from './lab-client.ts';
import { profileAtEach } from './profile-at-each.ts';
import { callsBetween, viewRedis } from './redis-view.ts';
import { decodeToken, withAlteredSignature } from './token-forge.ts';

const user = { userId: 'u-1', username: 'ada', role: 'member' };

const environments: Readonly<Record<RevocationMode, Readonly<Record<string, string>>>> = {
  none: { REVOCATION: 'none' },
  'deny-list, refuse': { REVOCATION: 'deny-list', WHEN_UNAVAILABLE: 'refuse' },
  'deny-list, accept': { REVOCATION: 'deny-list', WHEN_UNAVAILABLE: 'accept' },
};

export async function runStateless(context: LabContext): Promise<StatelessObservations> {
  const cookieHeader = await sessionCookieHeader(context);
  const { pure, ...observed } = await observePure(context, cookieHeader);
  const modes = [pure];
  for (const mode of ['deny-list, refuse', 'deny-list, accept'] as const) {
    const scheme = await startJwt(context, mode);
    modes.push((await observeMode(context, scheme, mode)).observations);
    await scheme.stop();
  }
  return { ...observed, modes };
}

/** Pure JWT, and what is asked of it alone. */
async function observePure(
  context: LabContext,
  cookieHeader: string,
): Promise<Omit<StatelessObservations, 'modes'> & { pure: ModeObservations }> {
  const scheme = await startJwt(context, 'none');
  const { servers } = scheme;
  const { client, forger, issuer, observations: pure } = await observeMode(context, scheme, 'none');
  const { body } = await client.profile(issuer.url);
  const text = (member: string) => (typeof body?.[member] === 'string' ? body[member] : null);
  const badSignature = await profileAtEach(forger, servers);
  context.progress(`restarting ${issuer.id} with Redis down`);
  await issuer.restart();
  const restarted = await profileAtEach(client, servers);
  await scheme.stop();
  const token = client.token ?? '';
  return {
    servers: servers.map(({ id }) => id),
    user,
    token: decodeToken(token),
    sizes: {
      tokenBytes: token.length,
      authorizationHeaderBytes: `Authorization: Bearer ${token}`.length,
      cookieValueBytes: cookieHeader.length - cookieHeader.indexOf('=') - 1,
      cookieHeaderBytes: `Cookie: ${cookieHeader}`.length,
    },
    profile: { userId: text('userId'), username: text('username'), role: text('role') },
    redisUp: pure.up,
    badSignature,
    redisDown: pure.down,
    restarted: { server: issuer.id, ...restarted },
    pure,
  };
}

function startJwt(context: LabContext, mode: RevocationMode): Promise<RunningScheme> {
  return context.startScheme('jwt', { balancer: false, ttlSeconds: 7200, env: environments[mode] });
}
