/** An application in a process of its own, as the one that measures sees it. */
import { fileURLToPath } from 'node:url';
import { startProcess } from '@sallyport/lab/cluster';
import { pinToServerCore } from '../one-core.ts';
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
  await pinToServerCore(server.pid);
  return { ...visitorsOf(port), pid: server.pid, stop: () => server.kill() };
}
