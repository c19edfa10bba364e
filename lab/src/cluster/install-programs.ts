/** Installs missing servers with apt-get, where that needs no password, and never lets their system services start. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from './find-program.ts';
import { OutputTail } from './output-tail.ts';

export type ProgramName = 'redis-server' | 'nginx';

/** What this machine is; a test puts another in its place. */
export interface ProgramSystem {
  /** @default process.env.PATH */
  readonly path: string;
  /** Looked into after PATH. */
  readonly folders: readonly string[];
  readonly isRoot: boolean;
  /** The file that decides whether Debian packages may start their services. */
  readonly servicePolicyFile: string;
  /** Where apt-get keeps the lists of packages. */
  readonly packageListFolder: string;
}

export interface InstallOutcome {
  readonly installed: boolean;
  /** Why not, when not. */
  readonly problem?: string;
}

const staleAfterMs = 24 * 60 * 60 * 1000;

/**
 * Runs as root. Installing nginx on Debian would start it on port 80 for everybody to see: `policy-rc.d` says no, and
 * is taken away again whatever happens. One that the owner of the machine has put there is left alone.
 */
const installScript = `
policy=$1 update=$2; shift 2
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l LC_ALL=C
trap '' HUP INT TERM
if (set -C; printf '#!/bin/sh\\nexit 101\\n' > "$policy") 2>/dev/null; then
  trap 'rm -f -- "$policy"' EXIT
  chmod 755 "$policy"
fi
trap 'exit 130' HUP INT TERM
[ "$update" = no ] || apt-get -o Acquire::Retries=2 -o Acquire::http::Timeout=30 update || true
for package; do
  shift
  if [ "$package" = nginx ] && apt-get --simulate install nginx-light >/dev/null 2>&1; then package=nginx-light; fi
  set -- "$@" "$package"
done
apt-get -o Acquire::Retries=2 -o Acquire::http::Timeout=30 -o DPkg::Lock::Timeout=120 install -y --no-install-recommends "$@"
`;

/** Says what it will do before it does it. Resolves also when it fails; a look on PATH tells what is there then. */
export async function installPrograms(
  missing: readonly ProgramName[],
  { say, system }: { say: (line: string) => void; system: ProgramSystem },
): Promise<InstallOutcome> {
  const aptGet = findProgram(['apt-get'], { path: system.path, folders: [] });
  if (aptGet === undefined) return { installed: false, problem: 'there is no apt-get on this machine' };
  const asRoot = await rootCommand(system);
  if (asRoot === undefined)
    return { installed: false, problem: 'installing needs root, and sudo would ask for a password' };
  say(
    `Installing ${missing.join(' and ')} with ${[...asRoot, 'apt-get'].join(' ')}; their system services are not started.`,
  );
  const update = hasFreshLists(system.packageListFolder) ? 'no' : 'yes';
  const [file = '', ...args] = [
    ...asRoot,
    '/bin/sh',
    '-c',
    installScript,
    'install-programs',
    system.servicePolicyFile,
    update,
    ...missing,
  ];
  const { code, output } = await run(file, args, system.path);
  if (code === 0) return { installed: true };
  const reason =
    output
      .trim()
      .split('\n')
      .findLast((line) => line.startsWith('E: ')) ?? `exit code ${code}`;
  return { installed: false, problem: `apt-get failed: ${reason}` };
}

/** What to put before a command so that it runs as root: nothing, `sudo -n`, or `undefined` when there is no way. */
async function rootCommand(system: ProgramSystem): Promise<string[] | undefined> {
  if (system.isRoot) return [];
  const sudo = findProgram(['sudo'], { path: system.path, folders: [] });
  if (sudo === undefined) return undefined;
  const { code } = await run(sudo, ['-n', 'true'], system.path);
  return code === 0 ? [sudo, '-n'] : undefined;
}

function hasFreshLists(folder: string): boolean {
  if (!existsSync(folder)) return false;
  return readdirSync(folder)
    .filter((file) => file.endsWith('_Packages') || /_Packages\.(?:lz4|xz|gz)$/.test(file))
    .some((file) => Date.now() - statSync(join(folder, file)).mtimeMs < staleAfterMs);
}

function run(file: string, args: readonly string[], path: string): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const output = new OutputTail(8 * 1024);
    const child = spawn(file, args, {
      env: { ...process.env, PATH: path },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.on('data', (chunk: Buffer) => output.add(chunk));
    child.stderr.on('data', (chunk: Buffer) => output.add(chunk));
    child.once('error', (error) => resolve({ code: null, output: error.message }));
    child.once('close', (code) => resolve({ code, output: output.text() }));
  });
}
