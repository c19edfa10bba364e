/** What experiment 2.3 does with a Redis that hangs. */
import type { RedisServer } from '../../cluster/index.ts';
import type { LabContext } from '../context.ts';
import type { FrozenSample, RedisDownObservations } from './observations.ts';
import { type OutageUser, servedAgainMs, statusesOf } from './users.ts';

const requestEveryMs = 50;
/** Each so many requests one is a login. */
const loginEvery = 10;
/** The store's deadline is half a second and not scaled: a freeze must be much longer to be felt. */
const leastFreezeMs = 2000;

/**
 * Sends requests at a fixed rate, whether or not earlier ones were answered: a client that waits for its answer would
 * hide how many others had to wait.
 */
export async function freezeUnderLoad(
  context: LabContext,
  redis: RedisServer,
  users: readonly OutageUser[],
): Promise<RedisDownObservations['frozen']> {
  const startedAt = performance.now();
  const now = () => Math.round((performance.now() - startedAt) * 10) / 10;
  const answers: Promise<FrozenSample>[] = [];
  const send = async (user: OutageUser, isLogin: boolean): Promise<FrozenSample> => {
    const atMs = now();
    const { status, durationMs } = await (isLogin ? user.logIn() : user.client.profile(user.url));
    return { request: isLogin ? 'login' : 'profile', status, durationMs, atMs };
  };
  const load = async (forMs: number): Promise<void> => {
    const until = now() + forMs;
    while (now() < until) {
      const user = users[answers.length % users.length];
      if (user !== undefined) answers.push(send(user, answers.length % loginEvery === loginEvery - 1));
      await context.wait(requestEveryMs);
    }
  };

  await load(500);
  const frozenAtMs = now();
  await redis.freeze();
  try {
    await load(Math.max(leastFreezeMs, context.scaled(10_000)));
  } finally {
    await redis.thaw();
  }
  const thawedAtMs = now();
  await load(1000);
  const samples = await Promise.all(answers);
  await servedAgainMs(context, users);
  return { requestEveryMs, frozenAtMs, thawedAtMs, samples, after: await statusesOf(context, users) };
}
