/** The real system is not touched: every program, apt-get and sudo included, is a script in a folder of the test. */
import { chmod, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ensurePrograms,
  findPrograms,
  type ProgramSystem,
  type TemporaryFolder,
  temporaryFolder,
} from '@sallyport/lab/cluster';
import { afterEach, beforeEach, expect, test } from 'vitest';

const redis = 'echo "Redis server v=7.2.4 sha=00000000:0 malloc=libc bits=64"';
const nginx = 'echo "nginx version: nginx/1.26.3 (Debian)" >&2';

let folder: TemporaryFolder;
let bin: string;
let system: ProgramSystem;
const said: string[] = [];

beforeEach(async () => {
  folder = await temporaryFolder('programs-test');
  bin = join(folder.path, 'bin');
  const tools = join(folder.path, 'tools');
  await mkdir(bin);
  await mkdir(tools);
  await mkdir(join(folder.path, 'sbin'));
  await mkdir(join(folder.path, 'lists'));
  for (const tool of ['chmod', 'rm', 'cat', 'ls', 'env']) await symlink(`/bin/${tool}`, join(tools, tool));
  system = {
    path: `${bin}:${tools}`,
    folders: [join(folder.path, 'sbin')],
    isRoot: true,
    servicePolicyFile: join(folder.path, 'policy-rc.d'),
    packageListFolder: join(folder.path, 'lists'),
  };
  said.length = 0;
});

afterEach(() => folder.remove());

async function fake(name: string, source: string, place: string = bin): Promise<string> {
  const file = join(place, name);
  await writeFile(file, `#!/bin/sh\n${source}\n`);
  await chmod(file, 0o755);
  return file;
}

/** An apt-get that writes down how it was called, whether services may start, and then "installs" the programs. */
async function fakeAptGet({ knowsLight = true, effect = '' } = {}): Promise<void> {
  const { path } = folder;
  await fake(
    'apt-get',
    `
case "$*" in *--simulate*) ${knowsLight ? 'exit 0' : 'exit 100'} ;; esac
echo "$*" >> ${path}/calls
case "$*" in *install*)
  echo "frontend=$DEBIAN_FRONTEND" >> ${path}/calls
  ${path}/policy-rc.d; echo "policy=$?" >> ${path}/calls
  ${effect || `printf '#!/bin/sh\\n%s\\n' '${redis}' > ${bin}/redis-server; printf '#!/bin/sh\\n%s\\n' '${nginx}' > ${bin}/nginx; chmod 755 ${bin}/redis-server ${bin}/nginx`}
esac`,
  );
}

const calls = () => readFile(join(folder.path, 'calls'), 'utf8').catch(() => '');
const exists = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  );
const ensure = (install = true) => ensurePrograms({ install, system, say: (line) => said.push(line) });

test('finds programs on PATH and in the further folders, with their versions', async () => {
  const redisPath = await fake('redis-server', redis);
  const nginxPath = await fake('nginx', nginx, system.folders[0]);
  expect(await findPrograms(system)).toEqual({
    redisServer: { path: redisPath, version: '7.2.4', kind: 'redis' },
    nginx: { path: nginxPath, version: '1.26.3' },
  });
});

test('takes valkey-server where there is no redis-server', async () => {
  const path = await fake('valkey-server', 'echo "Valkey server v=8.1.1 sha=00000000:0 malloc=jemalloc-5.3.0"');
  expect(await findPrograms(system)).toEqual({ redisServer: { path, version: '8.1.1', kind: 'valkey' } });
});

test('a program that can not be run, or is a folder, does not count', async () => {
  await fake('redis-server', 'echo "error while loading shared libraries" >&2; exit 127');
  await mkdir(join(bin, 'nginx'));
  expect(await findPrograms(system)).toEqual({});
});

test('the programs of this machine are found', async () => {
  const found = await findPrograms();
  expect(found.redisServer?.version).toMatch(/^\d+\.\d+/);
  expect(found.nginx?.version).toMatch(/^\d+\.\d+/);
});

test('nothing is installed when nothing is missing', async () => {
  await fakeAptGet();
  await fake('redis-server', redis);
  await fake('nginx', nginx);
  expect((await ensure()).notices).toEqual([]);
  expect(await calls()).toBe('');
  expect(said).toEqual([]);
});

test('nothing is installed when that is not wanted; the mending line says how', async () => {
  await fakeAptGet();
  await fake('nginx', nginx);
  const found = await ensure(false);
  expect(found.redisServer).toBeUndefined();
  expect(found.notices).toEqual(['redis-server is missing and was not to be installed.']);
  expect(found.mend['redis-server']).toBe('apt-get update && apt-get install -y redis-server');
  expect(await calls()).toBe('');
});

test('installs what is missing without letting its services start', async () => {
  await fakeAptGet();
  const found = await ensure();
  expect(found).toMatchObject({ redisServer: { version: '7.2.4' }, nginx: { version: '1.26.3' } });
  expect(found.notices).toEqual(['redis-server 7.2.4 was installed.', 'nginx 1.26.3 was installed.']);
  expect(said).toEqual(['Installing redis-server and nginx with apt-get; their system services are not started.']);
  const lines = (await calls()).trim().split('\n');
  expect(lines[0]).toMatch(/ update$/);
  expect(lines[1]).toMatch(/ install -y --no-install-recommends redis-server nginx-light$/);
  expect(lines.slice(2)).toEqual(['frontend=noninteractive', 'policy=101']);
  expect(await exists(system.servicePolicyFile)).toBe(false);
});

test('fresh package lists are not fetched again, and nginx is taken where there is no nginx-light', async () => {
  await fakeAptGet({ knowsLight: false });
  await fake('redis-server', redis);
  await writeFile(join(system.packageListFolder, 'deb.example_dists_stable_main_binary-amd64_Packages.lz4'), '');
  await ensure();
  expect((await calls()).split('\n')[0]).toMatch(/ install -y --no-install-recommends nginx$/);
});

test('a failed installation says why and removes its policy', async () => {
  await fakeAptGet({ effect: 'echo "E: Unable to locate package redis-server" >&2; exit 100' });
  const found = await ensure();
  expect(found.redisServer).toBeUndefined();
  expect(found.notices[0]).toBe(
    'redis-server is missing and could not be installed: apt-get failed: E: Unable to locate package redis-server.',
  );
  expect(await calls()).toContain('policy=101');
  expect(await exists(system.servicePolicyFile)).toBe(false);
});

test.each(['HUP', 'INT', 'TERM'])('SIG%s during the installation removes the policy', async (signal) => {
  await fakeAptGet({ effect: `kill -${signal} $PPID` });
  expect((await ensure()).redisServer).toBeUndefined();
  expect(await calls()).toContain('policy=101');
  expect(await exists(system.servicePolicyFile)).toBe(false);
});

test("the owner's own policy is left as it is", async () => {
  await fakeAptGet();
  await writeFile(system.servicePolicyFile, '#!/bin/sh\nexit 104\n', { mode: 0o755 });
  await ensure();
  expect(await calls()).toContain('policy=104');
  expect(await readFile(system.servicePolicyFile, 'utf8')).toBe('#!/bin/sh\nexit 104\n');
});

test('a user whose sudo asks for no password installs through it', async () => {
  system = { ...system, isRoot: false };
  await fakeAptGet();
  await fake(
    'sudo',
    `echo "sudo $1" >> ${folder.path}/calls; [ "$1" = -n ] || exit 1; shift; [ "$1" = true ] || exec "$@"`,
  );
  const found = await ensure();
  expect(found.nginx?.version).toBe('1.26.3');
  expect(found.mend.nginx).toBe('sudo apt-get update && sudo apt-get install -y nginx');
  expect((await calls()).split('\n').slice(0, 2)).toEqual(['sudo -n', 'sudo -n']);
  expect(await exists(system.servicePolicyFile)).toBe(false);
});

test('a user whose sudo asks for a password gets the line to type', async () => {
  system = { ...system, isRoot: false };
  await fakeAptGet();
  await fake('sudo', 'echo "sudo: a password is required" >&2; exit 1');
  const found = await ensure();
  expect(found.notices).toEqual([
    'redis-server is missing and could not be installed: installing needs root, and sudo would ask for a password.',
    'nginx is missing and could not be installed: installing needs root, and sudo would ask for a password.',
  ]);
  expect(said).toEqual([]);
  expect(await calls()).toBe('');
});

test.each([
  ['brew', 'brew install redis'],
  ['dnf', 'sudo dnf install -y redis'],
  [undefined, 'install redis-server and put it on PATH'],
])('without apt-get, with %s: %s', async (manager, line) => {
  system = { ...system, isRoot: false };
  if (manager !== undefined) await fake(manager, 'exit 1');
  const found = await ensure();
  expect(found.mend['redis-server']).toBe(line);
  expect(found.notices[0]).toContain('there is no apt-get on this machine');
});
