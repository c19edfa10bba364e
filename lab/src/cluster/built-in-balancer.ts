/** Stands in for nginx where there is none: a Node process with the same policies and the same idea of a failed server. */
import { fileURLToPath } from 'node:url';
import { answersProbe } from './balancer-probe.ts';
import type { BalancerSettings, StartedBalancer } from './balancer-settings.ts';
import { moduleFile, nodeArguments } from './node-arguments.ts';
import { startProcess } from './running-process.ts';

/** @throws ServerStartError */
export async function startBuiltInBalancer(settings: BalancerSettings): Promise<StartedBalancer> {
  const entry = fileURLToPath(moduleFile('./built-in-balancer-main', import.meta.url));
  const child = await startProcess({
    name: `the built-in balancer on port ${settings.port}`,
    command: process.execPath,
    args: [...nodeArguments(), entry, JSON.stringify(settings)],
    readyWhen: () => answersProbe(settings),
    pollMs: 15,
  });
  return {
    process: child,
    pids: () => (child.isRunning ? [child.pid] : []),
    stop: async () => {
      await child.stop();
    },
  };
}
