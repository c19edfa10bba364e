/** A real nginx with its own prefix and no root rights, in the foreground. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answersProbe, type BalancerSettings, type StartedBalancer } from './balancer.ts';
import { nginxConfiguration } from './nginx-configuration.ts';
import { groupMembers } from './process-group.ts';
import { startProcess } from './running-process.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** @throws ServerStartError */
export async function startNginx(program: string, settings: BalancerSettings): Promise<StartedBalancer> {
  const prefix = await temporaryFolder('nginx');
  try {
    const configuration = nginxConfiguration(settings, { prefix: prefix.path, built: await buildOptions(program) });
    await mkdir(join(prefix.path, 'temp'));
    await writeFile(join(prefix.path, 'nginx.conf'), configuration);
    const process = await startProcess({
      name: `nginx on port ${settings.port}`,
      command: program,
      // `-e stderr` keeps it from opening the system's error log, which needs root.
      args: ['-p', prefix.path, '-c', join(prefix.path, 'nginx.conf'), '-e', 'stderr'],
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

/** The arguments it was compiled with; `nginx -V` prints them to standard error. */
function buildOptions(program: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, ['-V'], (_error, _stdout, stderr) => resolve(stderr));
  });
}
