/** The users of experiment 2.3. Each stays with one server, and the servers share them evenly. */
import type { LabContext } from '../context.ts';
import { type LabAnswer, LabClient } from '../lab-client.ts';
import type { Status } from '../wording.ts';
import type { RedisDownWords } from './words.ts';

const userCount = 5;
const returnDeadlineMs = 10_000;
const pollMs = 20;

export interface OutageUser {
  readonly url: string;
  readonly client: LabClient;
  logIn(): Promise<LabAnswer>;
}

export function newUser({ random }: LabContext, urls: readonly string[], userId: string, url?: string): OutageUser {
  const client = new LabClient({ address: random.address() });
  const home = url ?? random.pick(urls);
  return { client, url: home, logIn: () => client.login(home, { userId, username: userId }) };
}

/** @throws when the servers do not take logins within ten seconds after a new Redis was started. */
export async function logInUsers(
  context: LabContext,
  words: RedisDownWords,
  urls: readonly string[],
): Promise<OutageUser[]> {
  const users = Array.from({ length: userCount }, (_, index) =>
    newUser(context, urls, `u-${index + 1}`, urls[index % urls.length]),
  );
  for (const user of users) {
    const loggedIn = await until(context, async () => (await user.logIn()).status === 200);
    if (!loggedIn) throw new Error(words.noLogin(returnDeadlineMs));
  }
  return users;
}

/**
 * Each user's status. On a busy machine an answer of a Redis that is up may miss its deadline: such a user asks again,
 * for ten seconds at most, since the question is what became of the session.
 */
export async function statusesOf(context: LabContext, users: readonly OutageUser[]): Promise<Status[]> {
  return Promise.all(
    users.map(async ({ client, url }) => {
      let answer = await client.profile(url);
      if (isServed(answer.status)) return answer.status;
      await until(context, async () => {
        answer = await client.profile(url);
        return isServed(answer.status);
      });
      return answer.status;
    }),
  );
}

/** How long until each user has got another answer than that of an outage; null when that takes over ten seconds. */
export async function servedAgainMs(context: LabContext, users: readonly OutageUser[]): Promise<number | null> {
  const startedAt = performance.now();
  const served = await Promise.all(
    users.map(({ client, url }) => until(context, async () => isServed((await client.profile(url)).status))),
  );
  return served.every(Boolean) ? Math.round(performance.now() - startedAt) : null;
}

function isServed(status: Status): boolean {
  return typeof status === 'number' && status < 500;
}

async function until(context: LabContext, isSo: () => Promise<boolean>): Promise<boolean> {
  const deadline = performance.now() + returnDeadlineMs;
  while (performance.now() < deadline) {
    if (await isSo()) return true;
    await context.wait(pollMs);
  }
  return false;
}
