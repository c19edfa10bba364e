/** What else servers of coherent sessions are asked, as 2.1 and 2.3 ask those of Redis sessions. */
import type { RunningScheme } from '../../schemes/running-scheme.ts';
import type { LabContext } from '../context.ts';
import { LabClient } from '../lab-client.ts';
import { profileAtEach } from '../profile-at-each.ts';
import { profilesWithout } from '../server-death.ts';
import type { SharedTrials } from './observations.ts';
import { holderOf } from './watch.ts';

export async function trySharing(context: LabContext): Promise<SharedTrials> {
  const scheme = await context.startScheme('coherent', { ports: 'free' });
  const { servers, balancer } = scheme;
  const anonymous = await profileAtEach(new LabClient(), servers);
  const visitor = new LabClient({ address: context.random.address() });
  await visitor.login(context.random.pick(servers).url, { userId: 'u-1', username: 'visitor' });
  const balanced = await profilesThrough(context, balancer.url, visitor, 4 * servers.length);
  const death = await killMaker(context, scheme);
  return { servers: servers.map(({ id }) => id), anonymous, balanced, death, outage: await killRedis(context, scheme) };
}

async function profilesThrough(
  { signal }: LabContext,
  url: string,
  client: LabClient,
  requests: number,
): Promise<SharedTrials['balanced']> {
  const answers = [];
  for (let request = 0; request < requests; request++) {
    signal.throwIfAborted();
    answers.push(await client.profile(url));
  }
  return { statuses: answers.map(({ status }) => status), servers: answers.map(({ server }) => server) };
}

async function killMaker(context: LabContext, { servers, balancer }: RunningScheme): Promise<SharedTrials['death']> {
  const client = new LabClient({ address: context.random.address() });
  const userId = 'u-2';
  const maker = context.random.pick(servers);
  await client.login(maker.url, { userId, username: 'survivor' });
  const before = await profileAtEach(client, servers);
  const killed = await profilesWithout(maker, client, servers);
  const balanced = await profilesThrough(context, balancer.url, client, 2 * servers.length);
  await maker.restart();
  return { userId, before, killed, balanced, returned: await profileAtEach(client, servers) };
}

/** Every server has a copy of both sessions when one of them ends, and then there is no Redis to ask. */
async function killRedis(context: LabContext, { servers, redis }: RunningScheme): Promise<SharedTrials['outage']> {
  const [stayer, leaver] = [new LabClient(), new LabClient()];
  const home = context.random.pick(servers).url;
  await stayer.login(home, { userId: 'u-3', username: 'stayer' });
  await leaver.login(home, { userId: 'u-4', username: 'leaver' });
  const holder = holderOf(leaver);
  for (const client of [stayer, holder]) await profileAtEach(client, servers);
  await leaver.logout(context.random.pick(servers).url);
  await redis.kill();
  const { statuses: loggedOut } = await profileAtEach(holder, servers);
  const { statuses: loggedIn } = await profileAtEach(stayer, servers);
  return { loggedIn, loggedOut };
}
