/** What experiment 2.4 does: users log out at one server while another one is watched, and the link of that is broken. */
import { startLoadGenerator } from '../../measure/load-generator.ts';
import type { RunningScheme } from '../../schemes/running-scheme.ts';
import { signIn } from '../comparison/sign-in.ts';
import type { LabContext } from '../context.ts';
import { LabClient } from '../lab-client.ts';
import type { Condition, StaleCopiesObservations, StaleTrial, StoredScheme } from './observations.ts';
import { conditions, storedSchemes } from './observations.ts';
import { trySharing } from './sharing.ts';
import { countsOf, holderOf, sentAfter, watchProfile } from './watch.ts';
import type { StaleCopiesWords } from './words.ts';

/** The default of `session.coherent`. Not scaled: it is a real promise about real time. */
const leaseMs = 1000;
const loadPerSecond = 300;
const pauseMs = 2;
/** A server that has refused so often in a row is not going to serve the session again. */
const refusalsToEnd = 5;
const returnDeadlineMs = 10_000;

export async function runStaleCopies(context: LabContext, words: StaleCopiesWords): Promise<StaleCopiesObservations> {
  const trials: StaleTrial[] = [];
  for (const scheme of storedSchemes) {
    const running = await context.startScheme(scheme, { linked: true });
    for (const condition of conditions) {
      const count = trialsPlanned(context, scheme, condition);
      context.progress(words.progress.trials(scheme, condition, count));
      await underLoadIf(condition === 'load', context, running, async () => {
        for (let trial = 0; trial < count; trial++) {
          trials.push(await logOutOnce(context, running, { scheme, condition, number: trials.length }));
        }
      });
    }
    await running.stop();
  }
  context.progress(words.progress.sharing);
  return { leaseMs, loadPerSecond, trials, shared: await trySharing(context) };
}

/** A silent link costs seconds, and Redis sessions have no copies that it could keep alive. */
function trialsPlanned(context: LabContext, scheme: StoredScheme, condition: Condition): number {
  if (condition === 'silent') {
    return scheme === 'redis' ? 1 : context.count({ quick: 2, default: 10, full: 30 });
  }
  return context.count({ quick: 10, default: 40, full: 200 });
}

async function logOutOnce(
  context: LabContext,
  { servers }: RunningScheme,
  { scheme, condition, number }: Pick<StaleTrial, 'scheme' | 'condition'> & { readonly number: number },
): Promise<StaleTrial> {
  const [asked, watched] = context.random.shuffled(servers);
  if (asked === undefined || watched === undefined) throw new Error('This needs two servers.');
  const [leaver, bystander] = [new LabClient(), new LabClient()];
  await leaver.login(asked.url, { userId: `leaver-${number}`, username: 'leaver' });
  await bystander.login(asked.url, { userId: `bystander-${number}`, username: 'bystander' });
  const holder = holderOf(leaver);
  // Twice: the first makes the copy, the second is answered from it.
  await holder.profile(watched.url);
  const { status: before } = await holder.profile(watched.url);
  await bystander.profile(watched.url);

  const pause = () => context.wait(pauseMs);
  const [watch, others] = [watchProfile(holder, watched.url, pause), watchProfile(bystander, watched.url, pause)];
  let loggedOutAt = performance.now();
  let logoutStatus: StaleTrial['logoutStatus'] = 'refused';
  try {
    if (condition === 'silent') watched.redisLink.blackHole();
    if (condition === 'closed') watched.redisLink.reset();
    ({ status: logoutStatus } = await leaver.logout(asked.url));
    loggedOutAt = performance.now();
    // Half as long again as copies may be served, so that one that is served longer would be seen.
    if (condition === 'silent') await context.wait(1.5 * leaseMs);
    watched.redisLink.heal();
    await untilRefused(context, () => watch.refusals(loggedOutAt) >= refusalsToEnd);
  } finally {
    watched.redisLink.heal();
    await Promise.all([watch.stop(), others.stop()]);
  }
  const seen = (await watch.stop()).filter(({ sentAt }) => sentAt >= loggedOutAt);
  return {
    scheme,
    condition,
    before,
    logoutStatus,
    staleMs: sentAfter(seen, 200, 'last', loggedOutAt) ?? 0,
    refusedAfterMs: sentAfter(seen, 401, 'first', loggedOutAt),
    answers: countsOf(seen),
    bystander: countsOf((await others.stop()).filter(({ sentAt }) => sentAt >= loggedOutAt)),
  };
}

/** Gives up after ten seconds: then it is recorded that nothing was refused. */
async function untilRefused(context: LabContext, isRefused: () => boolean): Promise<void> {
  const deadline = performance.now() + returnDeadlineMs;
  while (!isRefused() && performance.now() < deadline) await context.wait(pauseMs);
}

/** A steady rate of requests of other users to all servers, for as long as `during` takes. */
async function underLoadIf(
  isLoaded: boolean,
  context: LabContext,
  { balancer }: RunningScheme,
  during: () => Promise<void>,
): Promise<void> {
  if (!isLoaded) return during();
  const users = await signIn(context, balancer.url, { users: 100 });
  const visitors = users.map(({ headers }) => headers);
  const generator = await startLoadGenerator();
  let isOver = false;
  const load = (async () => {
    while (!isOver) {
      const rate = { ratePerSecond: loadPerSecond, durationMs: 500 };
      await generator.openLoop({ url: `${balancer.url}/profile`, visitors, ...rate }, context.signal);
    }
  })();
  try {
    await during();
  } finally {
    isOver = true;
    await load.finally(() => generator.stop());
  }
}
