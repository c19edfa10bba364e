/** A real nginx with its own prefix and no root rights, in the foreground. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answersProbe } from './balancer-probe.ts';
import type { BalancerSettings, StartedBalancer } from './balancer-settings.ts';
import { nginxConfiguration } from './nginx-configuration.ts';
import { groupMembers } from './process-group.ts';
import { startProcess } from './running-process.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** @throws ServerStartError */
export async function startNginx(program: string, settings: BalancerSettings): Promise<StartedBalancer> {
  const prefix = await temporaryFolder('nginx');
  try {
    const built = await buildOptions(program);
    await mkdir(join(prefix.path, 'temp'));
    await writeFile(join(prefix.path, 'nginx.conf'), nginxConfiguration(settings, { prefix: prefix.path, built }));
    const process = await startProcess({
      name: `nginx on port ${settings.port}`,
      command: program,
      args: ['-p', prefix.path, '-c', join(prefix.path, 'nginx.conf'), ...errorLogArguments(built)],
      cwd: prefix.path,
      readyWhen: () => answersProbe(settings),
    });
    return {
      process,
      pids: () => groupMembers(process.pid),
      stop: async () => {
        await process.stop();
        await prefix.remove();
      },
    };
  } catch (error) {
    await prefix.remove();
    throw error;
  }
}

/** Keeps it from opening the system's error log, which needs root. Older versions only complain, and go on. */
function errorLogArguments(built: string): string[] {
  const [major = 0, minor = 0, patch = 0] = (/nginx\/([\d.]+)/.exec(built)?.[1] ?? '').split('.').map(Number);
  const isKnown = major > 1 || (major === 1 && (minor > 19 || (minor === 19 && patch >= 5)));
  return isKnown ? ['-e', 'stderr'] : [];
}

/** Its version and the arguments it was compiled with; `nginx -V` prints them to standard error. */
function buildOptions(program: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, ['-V'], (_error, _stdout, stderr) => resolve(stderr));
  });
}
