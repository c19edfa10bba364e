/** What experiment 2.1 does. */
import type { LabContext } from '../context.ts';
import { type LabAnswer, LabClient } from '../lab-client.ts';
import { profileAtEach } from '../profile-at-each.ts';
import { viewRedis } from '../redis-view.ts';
import type { SharedSessionObservations } from './analyse.ts';
import type { SharedSessionWords } from './words.ts';

const sessionKeys = '*session:*';
const user = { userId: 'u-1', username: 'ada', role: 'member' };

export async function runSharedSession(
  context: LabContext,
  words: SharedSessionWords,
): Promise<SharedSessionObservations> {
  // Not scaled: nobody waits for its end, and a busy machine must not reach it in a quick run.
  const { servers, balancer, redis } = await context.startScheme('redis', { ttlSeconds: 30 });
  const view = await viewRedis(redis);
  try {
    const keysBefore = (await view.keys(sessionKeys)).length;
    const browser = new LabClient({ address: context.random.address() });
    const stranger = new LabClient({ address: context.random.address() });
    const login = await browser.login(context.random.pick(servers).url, user);
    const names = await view.keys(sessionKeys);
    const keys = await Promise.all(names.map((name) => view.describe(name)));

    context.progress(words.progress.direct);
    const direct = await profileAtEach(browser, servers);
    const anonymous = await profileAtEach(stranger, servers);

    const requests = context.count({ quick: 20, default: 20, full: 300 });
    context.progress(words.progress.balanced(requests));
    const balanced: LabAnswer[] = [];
    for (let request = 0; request < requests; request++) {
      context.signal.throwIfAborted();
      balanced.push(await browser.profile(balancer.url));
    }

    for (const name of names) await view.remove(name);
    const removed = await profileAtEach(browser, servers);
    return {
      userId: user.userId,
      servers: servers.map(({ id }) => id),
      login: { status: login.status, server: login.server },
      keysBefore,
      keys,
      direct,
      anonymous,
      balanced: {
        statuses: balanced.map(({ status }) => status),
        servers: balanced.map(({ server }) => server),
      },
      removed,
    };
  } finally {
    view.close();
  }
}
