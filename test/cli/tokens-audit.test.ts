/** The command line: in this process where that is enough, and as its users run it where not. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { freePort, nodeArguments, releasePort } from '@sallyport/lab/cluster';
import { connectRedis, type RedisPort } from 'sallyport/redis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/application.ts';
import { auditText } from '../../src/cli/audit-text.ts';
import { progressLine } from '../../src/cli/progress-line.ts';
import { userTag } from '../../src/redis/keys.ts';
import { useRedisServer } from '../redis-server.ts';
import { newSecret } from '../tokens/key-pairs.ts';
import { pairServer } from '../tokens/pair-servers.ts';
import { until } from '../until.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const server = useRedisServer();

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { REDIS_URL: _, SALLYPORT_REDIS_URL: __, ...inherited } = process.env;
  const child = spawn(process.execPath, [...nodeArguments(), main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...inherited, ...env },
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    said.stdout += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said.stderr += chunk;
  });
  const exited = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, ...said }));
  });
  return { child, exited };
}

/** What a process of its own would say and end with, without the half second that it takes to start. */
async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const said = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') =>
    ({
      write: (text: string) => {
        said[name] += text;
        return true;
      },
    }) as NodeJS.WriteStream;
  const code = await runCli(args, { stdout: stream('stdout'), stderr: stream('stderr'), env });
  return { code, ...said };
}

describe('sallyport tokens audit', () => {
  let redis: RedisPort;
  beforeAll(() => {
    redis = connectRedis(server.url, { deadlineMs: 2_000 });
  });
  afterAll(() => redis.close());
  beforeEach(() => server.flush());
  const everlasting = `sallyport:token:{${userTag('ada')}}:before`;

  it('ends with 0 where nothing is wrong', async () => {
    const tokens = pairServer(redis, newSecret());
    const { refreshToken } = await tokens.pairs.issue({ userId: 'ada' });
    const { code, stdout, stderr } = await start(['tokens', 'audit', '--redis', server.url]).exited;
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/ 1 {2}families of token pairs\n/);
    expect(stdout).toMatch(/ 0 {2}no-ttl\n/);
    expect(stdout).not.toContain(refreshToken.split('.')[1]);
  });

  it('ends with 1 where something is, with 0 once it is mended, and takes the server from the environment', async () => {
    await redis.command(['SET', everlasting, '1']);
    const env = { REDIS_URL: server.url };
    const seen = await run(['tokens', 'audit'], env);
    expect([seen.code, seen.stdout.includes(`no-ttl  "${everlasting}"`)]).toEqual([1, true]);
    expect(await redis.command(['TTL', everlasting])).toBe(-1);
    const mended = await run(['tokens', 'audit', '--remove', '--max-ttl', '60'], env);
    expect([mended.code, mended.stdout.includes('no-ttl (1 mended)')]).toEqual([0, true]);
    expect(await redis.command(['TTL', everlasting])).toBeLessThanOrEqual(660);
    expect((await run(['tokens', 'audit'], env)).code).toBe(0);
  });

  it('prints JSON and nothing else with --json', async () => {
    await redis.command(['SET', 'shop:token:{aaaaaaaaaaa}:before', '1']);
    const args = ['tokens', 'audit', '--json', '--redis', server.url, '--namespace', 'shop'];
    const { code, stdout, stderr } = await run(args);
    expect([code, stderr]).toEqual([1, '']);
    expect(JSON.parse(stdout)).toMatchObject({ complete: true, problems: { 'no-ttl': { found: 1, repaired: 0 } } });
  });

  it.each([
    ['text', []],
    ['JSON', ['--json']],
  ])('as %s lets nothing that somebody wrote into an index reach the terminal as it is', async (_, flags) => {
    const id = '\u001b[2J\u009b31m\u202ehello\n           0  no-ttl';
    await redis.command(['ZADD', 'sallyport:token:{aaaaaaaaaaa}:families', String(Date.now() + 1e7), id]);
    const { code, stdout } = await run(['tokens', 'audit', '--redis', server.url, ...flags]);
    expect(code).toBe(1);
    expect(stdout).toContain('\\u001b[2J\\u009b31m\\u202ehello\\n ');
    expect(stdout.match(/[\p{C}\p{Zl}\p{Zp}]/gu)?.every((character) => character === '\n')).toBe(true);
    if (flags.length > 0) expect(JSON.parse(stdout).findings).toMatchObject([{ problem: 'no-ttl' }, { familyId: id }]);
  });

  it.each([
    ['an unknown flag', ['tokens', 'audit', '--remvoe'], 'did you mean --remove?'],
    ['a number out of range', ['tokens', 'audit', '--count', '1'], 'a whole number from 10 to 10000'],
    ['a bad namespace', ['tokens', 'audit', '--redis', 'redis://127.0.0.1:1', '--namespace', 'a b'], 'namespace'],
    ['no server', ['tokens', 'audit'], 'REDIS_URL'],
    ['--remove alone', ['tokens', 'audit', '--remove', '--redis', 'redis://127.0.0.1:1'], '--max-ttl must be given'],
    ['--max-ttl alone', ['tokens', 'audit', '--max-ttl', '9', '--redis', 'redis://127.0.0.1:1'], 'with --remove only'],
    ['a URL that is none', ['tokens', 'audit', '--redis', 'mysql://root:hunter2@x'], 'redis'],
    ['an unknown command', ['token'], 'there is no command "token"'],
  ])('ends with 2 and one line for %s', async (_, args, line) => {
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout, stderr.trim().split('\n').length]).toEqual([2, '', 1]);
    expect(stderr).toMatch(/^sallyport: /);
    expect(stderr).toContain(line);
    expect(stderr).not.toContain('hunter2');
  });

  it('ends with 3 and one line when Redis is not there', async () => {
    const port = await freePort();
    const { code, stdout, stderr } = await run(['tokens', 'audit', '--redis', `redis://:hunter2@127.0.0.1:${port}`]);
    releasePort(port);
    expect([code, stdout, stderr.trim().split('\n').length]).toEqual([3, '', 1]);
    expect(stderr).toMatch(/^sallyport: /);
    expect(stderr).not.toContain('hunter2');
  });

  it('ends with 3 and what it has found when it is interrupted', async () => {
    await redis.command(['SET', everlasting, '1']);
    await redis.command(['MSET', ...Array.from({ length: 600 }, (_, n) => [`other:${n}`, '1']).flat()]);
    const { child, exited } = start(['tokens', 'audit', '--redis', server.url, '--count', '10', '--pause', '500']);
    const scans = async () => String(await redis.command(['INFO', 'commandstats'])).includes('cmdstat_scan:');
    await redis.command(['CONFIG', 'RESETSTAT']);
    await until(scans, true);
    child.kill('SIGINT');
    const { code, stdout } = await exited;
    expect([code, stdout.includes('ended early')]).toEqual([3, true]);
  });

  it('teaches with --help, and without a command', async () => {
    const { code, stdout } = await run(['tokens', 'audit', '--help']);
    expect(code).toBe(0);
    for (const word of ['PROBLEMS', 'EXAMPLES', 'EXIT CODES', 'ENVIRONMENT', '--remove', '--max-ttl', '--json']) {
      expect(stdout).toContain(word);
    }
    expect((await run([])).stdout).toContain('sallyport tokens audit');
    expect((await run(['--version'])).stdout.trim()).toMatch(/^\d+\.\d+\.\d+$/);
  });
});

describe('what is shown', () => {
  const none = { found: 0, repaired: 0 };
  it('says how much it does not show', () => {
    const text = auditText(
      {
        complete: true,
        keys: {
          denied: 1_234,
          allowed: 0,
          'cut-off': 0,
          family: 0,
          'family-steps': 0,
          'family-index': 0,
          'revocation-feed': 1,
          'feed-last-id': 0,
          'revoked-keys': 0,
          'feed-follower': 0,
          'use-counts': 0,
          'use-report': 0,
          other: 0,
        },
        problems: {
          'no-ttl': { found: 5, repaired: 2 },
          'unlisted-family': none,
          'orphaned-member': none,
          'orphaned-steps': none,
          'wrong-type': none,
        },
        findings: [
          { problem: 'no-ttl', kind: 'denied', key: 'a\u001b[31m', repaired: true },
          { problem: 'no-ttl', kind: 'denied', key: 'b', repaired: false },
        ],
        expiring: 1,
        expiringTokens: [{ kind: 'allowed', key: 'c', expiresInMs: 1_500 }],
      },
      { maxLines: 1 },
    );
    expect(text).toContain('1,234  revoked tokens');
    expect(text).toContain('no-ttl (2 mended)');
    expect(text).toContain('… and 4 more');
    // What somebody else put into a name does not reach the terminal as it is.
    expect(text).toContain('"a\\u001b[31m"  mended');
    expect(text).toContain('allowed  "c"  in 2 s');
  });

  it('moves on a terminal only', () => {
    const shown = (isTTY: boolean, env: Record<string, string>) => {
      let written = '';
      const write = (text: string) => {
        written += text;
        return true;
      };
      const line = progressLine({ isTTY, write }, env);
      line.show({ lookedAt: 50, total: 200, problems: 1 });
      line.clear();
      return written;
    };
    expect(shown(true, {})).toBe('\r\u001b[K25 %  about 50 of 200 keys, 1 problems\r\u001b[K');
    for (const env of [{ CI: '1' }, { NO_COLOR: '1' }, { TERM: 'dumb' }]) expect(shown(true, env)).toBe('');
    expect(shown(false, {})).toBe('');
  });
});
