/** The machine and the versions that figures were measured with. */
import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPrograms } from '@sallyport/lab/cluster';

export interface Machine {
  readonly os: string;
  readonly cpu: string;
  /** Cores that this process may use. */
  readonly cores: number;
  readonly memoryBytes: number;
  /** Processes that ran or wanted to, over the last minute before the start: other work disturbs the figures. */
  readonly loadAverage: number;
  readonly versions: Readonly<Record<string, string>>;
}

/** @param packages npm packages whose installed versions are wanted. */
export async function describeMachine(packages: readonly string[]): Promise<Machine> {
  const { redisServer, nginx } = await findPrograms();
  const versions: Record<string, string> = { node: process.versions.node };
  if (redisServer !== undefined) versions[`${redisServer.kind}-server`] = redisServer.version;
  if (nginx !== undefined) versions.nginx = nginx.version;
  for (const name of packages) versions[name] = installedVersion(name);
  return {
    os: `${distribution() ?? `${type()} ${release()}`}, ${arch()}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    loadAverage: Math.round((loadavg()[0] ?? 0) * 100) / 100,
    versions,
  };
}

function distribution(): string | undefined {
  try {
    return /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

/** From the package's own package.json, found from its entry because `exports` may hide it. */
function installedVersion(name: string): string {
  let folder = dirname(fileURLToPath(import.meta.resolve(name)));
  for (;;) {
    try {
      const found = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
        name?: string;
        version?: string;
      };
      if (found.name === name && found.version !== undefined) return found.version;
    } catch {
      // No package.json here, or one that marks a folder of the build: the package's own lies further up.
    }
    const parent = dirname(folder);
    if (parent === folder) return 'unknown';
    folder = parent;
  }
}
