/** What becomes of a session when two requests of one user overlap. */
import { startRedis } from '@sallyport/lab/cluster';
import type { Benchmark, Metric } from '../benchmark.ts';
import { startExpressSession } from './express-session.ts';
import { startFastifySession } from './fastify-session.ts';
import { Overlap } from './overlap.ts';
import type { StartRaceApp } from './race-app.ts';
import { startSallyportExpress } from './sallyport-express.ts';
import { raceAdds, raceLogout, raceWrites } from './trial.ts';
import { visit } from './visitor.ts';

const subjects: Readonly<Record<string, StartRaceApp>> = {
  'sallyport/express': startSallyportExpress,
  'express-session/connect-redis': startExpressSession({ resave: false }),
  'express-session/connect-redis resave': startExpressSession({ resave: true }),
  '@fastify/session': startFastifySession,
};

const parallelAdds = 20;
const trials = { unit: 'trials', better: 'lower', summary: 'sum', baseline: 'express-session/connect-redis' } as const;

export const races = {
  name: 'races',
  title: 'Two overlapping requests of one session: what is lost, and what outlives its logout',
  subjects: Object.keys(subjects),
  metrics: [
    { name: 'writesLost', ...trials },
    { name: 'writesLostReader', ...trials },
    { name: 'aliveAfterLogout', ...trials },
    { name: 'aliveAfterLogoutReader', ...trials },
    {
      name: 'parallelAddsKept',
      unit: `adds of ${parallelAdds}`,
      better: 'higher',
      baseline: 'express-session/connect-redis',
    },
  ] satisfies Metric[],
  rounds: { quick: 5, full: 20 },
  programs: ['redis-server'],
  packages: ['express', 'express-session', 'connect-redis', 'redis', 'fastify', '@fastify/session', 'ioredis'],
  measure: async (subject, _round, { afterwards }) => {
    const start = subjects[subject];
    if (start === undefined) throw new RangeError(`There is no subject ${subject}.`);
    const redis = await startRedis();
    afterwards(() => redis.stop());
    const overlap = new Overlap();
    const app = await start(redis.url, overlap);
    afterwards(() => app.close());
    const visitor = visit(app.url, { parallel: parallelAdds });
    afterwards(() => visitor.close());

    const trial = { visitor, overlap };
    return {
      writesLost: Number((await raceWrites(trial, 'write')).lost),
      writesLostReader: Number((await raceWrites(trial, 'read')).lost),
      aliveAfterLogout: Number((await raceLogout(trial, 'write')).alive),
      aliveAfterLogoutReader: Number((await raceLogout(trial, 'read')).alive),
      parallelAddsKept: await raceAdds(trial, parallelAdds),
    };
  },
} satisfies Benchmark;
