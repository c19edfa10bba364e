/** The servers the lab drives: where they are, which version, and what to do when one is missing. */
import { execFile } from 'node:child_process';
import { findProgram, serverFolders } from './find-program.ts';
import { installPrograms, type ProgramName, type ProgramSystem } from './install-programs.ts';

export interface FoundProgram {
  readonly path: string;
  readonly version: string;
}

export interface FoundRedis extends FoundProgram {
  readonly kind: 'redis' | 'valkey';
}

export interface Programs {
  readonly redisServer?: FoundRedis;
  readonly nginx?: FoundProgram;
}

export interface EnsuredPrograms extends Programs {
  /** What was installed or could not be, one sentence each. */
  readonly notices: readonly string[];
  /** The line that installs each program, for messages about one that is missing. */
  readonly mend: Readonly<Record<ProgramName, string>>;
}

export interface EnsureOptions {
  /** Whether missing programs may be installed, when that is possible without a password. */
  readonly install: boolean;
  /** Is told before anything is installed. */
  readonly say: (line: string) => void;
  /** @default this machine */
  readonly system?: ProgramSystem;
}

/** Looks for redis-server (or valkey-server) and nginx; one that can not tell its version does not count. */
export async function findPrograms(system: Pick<ProgramSystem, 'path' | 'folders'> = thisSystem()): Promise<Programs> {
  const [redisServer, nginx] = await Promise.all([findRedis(system), findNginx(system)]);
  return { ...(redisServer === undefined ? {} : { redisServer }), ...(nginx === undefined ? {} : { nginx }) };
}

/** Finds the programs and, if allowed, installs those that are missing. Never throws for one that stays missing. */
export async function ensurePrograms({ install, say, system = thisSystem() }: EnsureOptions): Promise<EnsuredPrograms> {
  const mend = mendLines(system);
  const before = await findPrograms(system);
  const missing: ProgramName[] = [];
  if (before.redisServer === undefined) missing.push('redis-server');
  if (before.nginx === undefined) missing.push('nginx');
  if (missing.length === 0) return { ...before, notices: [], mend };
  if (!install) {
    return { ...before, notices: missing.map((name) => `${name} is missing and was not to be installed.`), mend };
  }
  const { problem } = await installPrograms(missing, { say, system });
  const after = await findPrograms(system);
  const notices = missing.map((name) => {
    const found = name === 'nginx' ? after.nginx : after.redisServer;
    return found === undefined
      ? `${name} is missing and could not be installed: ${problem ?? 'it is still not on PATH'}.`
      : `${name} ${found.version} was installed.`;
  });
  return { ...after, notices, mend };
}

function thisSystem(): ProgramSystem {
  return {
    path: process.env.PATH ?? '',
    folders: serverFolders,
    isRoot: process.getuid?.() === 0,
    servicePolicyFile: '/usr/sbin/policy-rc.d',
    packageListFolder: '/var/lib/apt/lists',
  };
}

/** For people: one line per program, for the package manager that this machine has. */
function mendLines(system: ProgramSystem): Record<ProgramName, string> {
  const sudo = system.isRoot ? '' : 'sudo ';
  const managers: readonly (readonly [string, (packages: Record<ProgramName, string>, name: ProgramName) => string])[] =
    [
      ['apt-get', (_, name) => `${sudo}apt-get update && ${sudo}apt-get install -y ${name}`],
      ['brew', (packages, name) => `brew install ${packages[name]}`],
      ['dnf', (packages, name) => `${sudo}dnf install -y ${packages[name]}`],
      ['apk', (packages, name) => `${sudo}apk add ${packages[name]}`],
      ['pacman', (packages, name) => `${sudo}pacman -S ${packages[name]}`],
    ];
  const packages = { 'redis-server': 'redis', nginx: 'nginx' };
  const found = managers.find(([manager]) => findProgram([manager], { path: system.path, folders: [] }) !== undefined);
  const line = (name: ProgramName): string => found?.[1](packages, name) ?? `install ${name} and put it on PATH`;
  return { 'redis-server': line('redis-server'), nginx: line('nginx') };
}

async function findRedis(system: Pick<ProgramSystem, 'path' | 'folders'>): Promise<FoundRedis | undefined> {
  const path = findProgram(['redis-server', 'valkey-server'], system);
  if (path === undefined) return undefined;
  const said = await firstOutput(path, ['--version']);
  const version = /v=([\d.]+)/.exec(said)?.[1];
  return version === undefined ? undefined : { path, version, kind: /^valkey/i.test(said) ? 'valkey' : 'redis' };
}

async function findNginx(system: Pick<ProgramSystem, 'path' | 'folders'>): Promise<FoundProgram | undefined> {
  const path = findProgram(['nginx'], system);
  if (path === undefined) return undefined;
  const version = /\/([\d.]+)/.exec(await firstOutput(path, ['-v']))?.[1];
  return version === undefined ? undefined : { path, version };
}

/** Standard output and error together, since nginx speaks on the latter; empty when the program can not be run. */
function firstOutput(file: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(file, args, { timeout: 10_000 }, (error, stdout, stderr) => {
      resolve(error === null ? `${stdout}${stderr}`.trim() : '');
    });
  });
}
