/** The machine a run took place on, for the report. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import type { Programs } from '../cluster/index.ts';
import type { Environment } from '../results.ts';

export function describeEnvironment({ redisServer, nginx }: Programs): Environment {
  const require = createRequire(import.meta.url);
  const { version } = require('sallyport/package.json') as { version: string };
  return {
    os: `${distribution() ?? os.type()} (${os.type()} ${os.release()}, ${os.arch()})`,
    cpu: os.cpus()[0]?.model.trim() || os.arch(),
    cores: os.availableParallelism(),
    memoryBytes: os.totalmem(),
    versions: {
      sallyport: version,
      node: process.versions.node,
      ...(redisServer === undefined ? {} : { [redisServer.kind]: redisServer.version }),
      ...(nginx === undefined ? {} : { nginx: nginx.version }),
    },
    balancer: nginx === undefined ? 'built-in' : 'nginx',
  };
}

/** `Debian GNU/Linux 12 (bookworm)`, where there is an os-release file. */
function distribution(): string | undefined {
  try {
    return /^PRETTY_NAME="?([^"\n]+)"?$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}
