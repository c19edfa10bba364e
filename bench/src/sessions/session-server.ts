/** An application in a process of its own, as the one that measures sees it. */
import { fileURLToPath } from 'node:url';
import { startProcess } from '@sallyport/lab/cluster';
import { pinProcess, planPinning } from '@sallyport/lab/measure';
import { loaderArguments } from '../queue/figure-process.ts';
import type { SubjectName } from './subjects.ts';
import { type Visitors, visitorsOf } from './visitors.ts';

export interface SessionServer extends Visitors {
  readonly pid: number;
  stop(): Promise<unknown>;
}

export async function startSessionServer(subject: SubjectName, redisUrl: string): Promise<SessionServer> {
  let port = 0;
  const server = await startProcess({
    name: subject,
    command: process.execPath,
    args: [...loaderArguments(), fileURLToPath(new URL('./server-main.ts', import.meta.url))],
    env: { NODE_ENV: 'production', BENCH_SUBJECT: subject, BENCH_REDIS_URL: redisUrl },
    readyWhen: async ({ output }) => {
      port = Number(/port (\d+)/.exec(output())?.[1] ?? 0);
      return port > 0;
    },
    deadlineMs: 30_000,
  });
  // On the same core as the one it is compared with: of two cores one may be twice as fast, as long as a neighbour is at work.
  const plan = planPinning();
  if (plan.possible) await pinProcess(server.pid, plan.serverCores.slice(0, 1));
  return { ...visitorsOf(port), pid: server.pid, stop: () => server.kill() };
}
