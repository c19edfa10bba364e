/** What the three examples do not show: other ways to log in, holes, commands, and files that are wrong about the application. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPrograms, freePort, isPortFree, releasePort, startBalancer } from '@sallyport/lab/cluster';
import { afterAll, describe, expect, test } from 'vitest';
import type { Progress } from '../../src/run/progress.ts';
import { isAlive, until } from '../cluster/until.ts';
import { apiLogin, fixtureStart, formFile, password, tokenFile } from './fixture-file.ts';
import { answers, fixtureFolder, runDescription, verdictsOf } from './run-file.ts';

const ports: number[] = [];
const freshPort = async () => {
  const port = await freePort();
  ports.push(port);
  return port;
};
afterAll(() => ports.forEach(releasePort));

describe('a form with a CSRF token', () => {
  test('is logged in to and out of, and its ids are seen to stay at login', async () => {
    const { results } = await runDescription(formFile({ limits: { trials: 4 } }), {
      only: ['0.2', '1.2', '3.3', '5.1'],
    });
    expect(results.experiments.map(({ id, reason }) => [id, reason])).toEqual(
      ['0.1', '0.2', '1.2', '3.3', '5.1'].map((id) => [id, undefined]),
    );
    expect(results.experiments[1]?.headline).toBe('2 nodes, the cookie sid');
    expect(verdictsOf(results, '0.2')).toBe('confirmed confirmed confirmed');
    expect(answers(results)).toMatchObject({ shared: false, logoutEffective: true, idChangesAtLogin: false });
    expect(answers(results).staleAcceptsAfterLogout).toMatchObject({ accepted: 0, trials: 4 });
    expect(verdictsOf(results, '5.1')).toBe('refuted refuted confirmed');
    expect(JSON.stringify(results)).not.toContain(password);
  });

  test('that adopts invented ids is found out', async () => {
    const { results } = await runDescription(formFile({}, { ADOPT_IDS: '1' }), { only: ['5.1'] });
    expect(verdictsOf(results, '5.1')).toBe('refuted refuted refuted');
  });

  test('whose token is looked for in the wrong place is "not run", with what to correct', async () => {
    const login = { path: '/login', body: { form: {} }, csrf: { from: { cookie: 'xsrf' }, into: { field: 'csrf' } } };
    const { results } = await runDescription(formFile({ login }), { only: ['0.2', '1.2'] });
    const reason =
      'The login at node-1 was answered 200, which does not count as a success: no token where csrf.from says in the answer to GET /login (200). Correct login or the users in the file.';
    expect([verdictsOf(results, '0.2'), verdictsOf(results, '1.2')]).toEqual([reason, reason]);
    expect(results.target.failures).toEqual(['0.2', '1.2']);
    expect(results.experiments[0]?.status).toBe('not-run');
  });
});

describe('a token that nobody verifies', () => {
  test('is forged in every way', async () => {
    const { results } = await runDescription(tokenFile(), { only: ['3.2'] });
    expect(verdictsOf(results, '3.2')).toBe('refuted refuted refuted');
    expect(JSON.stringify(results)).not.toMatch(/eyJ[\w-]+\./);
  });

  test('is "not run" where the file does not allow a question, with the reason, and that is no failure', async () => {
    const { results } = await runDescription(tokenFile({ ttlSeconds: 60 }), {
      only: ['1.1', '1.2', '1.3', '2.2', '2.3', '3.3'],
    });
    expect(results.experiments.slice(1).map(({ id, reason }) => [id, reason])).toEqual([
      ['1.1', 'The file names no balancer.'],
      ['1.2', 'The file has one node; this needs two or more.'],
      ['1.3', 'The file has one node; this needs two or more.'],
      ['2.2', 'It takes 120 s with this ttlSeconds; limits.waitSeconds and limits.probeSeconds allow 60 s.'],
      ['2.3', 'The file names no store that the lab could stop.'],
      ['3.3', 'The file describes no logout.'],
    ]);
    expect(results.target.failures).toEqual([]);
    expect(new Set(Object.values(answers(results)))).toEqual(new Set(['not-run']));
  });
});

describe('a store with commands', () => {
  const file = join(tmpdir(), `sallyport-target-store-${process.pid}-${Math.random()}`);
  afterAll(() => rm(file, { force: true }));

  test('is stopped and started, and an outage that looks like a logout is found', async () => {
    await writeFile(file, '');
    const store = { start: { command: 'touch', args: [file] }, stop: { command: 'rm', args: [file] } };
    const { results } = await runDescription(tokenFile({ store }, { STORE_FILE: file }), { only: ['2.3'] });
    expect(verdictsOf(results, '2.3')).toBe('refuted confirmed confirmed');
    expect(answers(results).statusWhenStoreIsDown).toEqual({ stopped: [401, 401], frozen: null });
    expect(existsSync(file)).toBe(true);
  });

  test('whose command fails is told so, with what it printed and without the password', async () => {
    const stop = {
      command: 'sh',
      args: ['-c', 'echo "no right for $PASS_WORD" >&2; exit 3'],
      env: { PASS_WORD: 'abc' },
    };
    const { results } = await runDescription(tokenFile({ store: { start: { command: 'true' }, stop } }), {
      only: ['2.3'],
    });
    expect(verdictsOf(results, '2.3')).toBe(
      'The stop command of the store failed with exit code 3. It printed:\nno right for [hidden]',
    );
    expect(results.target.failures).toEqual(['2.3']);
  });
});

describe('nodes that run elsewhere', () => {
  /** A server in the background, as a service manager would keep it. */
  function service(port: number) {
    const pidFile = join(tmpdir(), `sallyport-target-${port}.pid`);
    const shell = (script: string) => ({ command: 'sh', args: ['-c', script], cwd: fixtureFolder });
    const run = `PORT=${port} PASSWORD=${password} node fixture-app.mjs >/dev/null 2>&1 & echo $! > ${pidFile}`;
    return {
      pid: () => Number(readFileSync(pidFile, 'utf8')),
      start: () => execFileSync('sh', ['-c', run], { cwd: fixtureFolder }),
      end: async () => {
        if (!existsSync(pidFile)) return;
        const pid = Number(readFileSync(pidFile, 'utf8'));
        if (isAlive(pid)) process.kill(pid, 'SIGKILL');
        await rm(pidFile);
      },
      node: {
        url: `http://127.0.0.1:${port}`,
        start: shell(run),
        stop: shell(`kill -9 $(cat ${pidFile})`),
        health: '/login',
      },
    };
  }

  test('are stopped and started by commands, and left as they were found', async () => {
    const runningPort = await freshPort();
    const [running, stopped] = [service(runningPort), service(await freshPort())];
    running.start();
    try {
      await until(() => isPortFree(runningPort).then((free) => !free), 'the service is up');
      const before = running.pid();
      const { results } = await runDescription(formFile({ nodes: [running.node, stopped.node] }), {
        only: ['1.3', '3.1'],
      });
      expect([verdictsOf(results, '1.3'), verdictsOf(results, '3.1')]).toEqual([
        'refuted not-run confirmed',
        'refuted confirmed',
      ]);
      expect(running.pid()).not.toBe(before);
      expect([isAlive(before), isAlive(running.pid())]).toEqual([false, true]);
      // The lab waits until it no longer answers; the process ends a moment after its socket.
      await until(() => !isAlive(stopped.pid()), 'the service that was down is down again');
    } finally {
      await Promise.all([running.end(), stopped.end()]);
    }
  });

  test.each([
    ['round-robin', {}, { H1: 'refuted', H2: 'confirmed', H3: 'refuted' }],
    ['ip-hash', {}, { H1: 'confirmed', H2: 'undecided', H3: 'confirmed' }],
    ['round-robin', { server: { header: 'X-Node' } }, { H1: 'refuted', H2: 'confirmed', H3: 'refuted' }],
  ] as const)('behind a balancer of their own (%s) are told apart, %o', async (policy, server, expected) => {
    const { results } = await behindOwnBalancer(policy, (nodes) => formFile({ nodes, login: apiLogin, ...server }));
    expect(verdictsOf(results, '1.1')).toBe(Object.values(expected).join(' '));
    expect(results.experiments[1]?.observations).toMatchObject({ told: 'server' in server ? 'answer' : 'session' });
  });

  test('behind a balancer of their own that share what a session is can not be told apart', async () => {
    const { results } = await behindOwnBalancer('round-robin', (nodes) => tokenFile({ nodes }), { MODE: 'unverified' });
    expect(verdictsOf(results, '1.1')).toBe(
      'Nothing tells the nodes apart behind this balancer: add "server" to the file, with the header or the member that names the node.',
    );
  });

  async function behindOwnBalancer(
    policy: 'round-robin' | 'ip-hash',
    fileFor: (nodes: readonly object[]) => object,
    env: Readonly<Record<string, string>> = {},
  ) {
    const nodePorts = [await freshPort(), await freshPort()];
    const upstreams = nodePorts.map((port) => ({ host: '127.0.0.1', port }));
    const balancer = await startBalancer({ policy, upstreams, programs: await findPrograms() });
    const start = fixtureStart({ NODE_NAME: `\${NODE}`, ...env });
    const nodes = nodePorts.map((port) => ({ url: `http://127.0.0.1:${port}`, start, health: '/login' }));
    try {
      const file = { ...fileFor(nodes), balancer: { url: balancer.url } };
      return await runDescription(file, { only: ['1.1'] });
    } finally {
      await balancer.stop();
    }
  }

  test('that are not there, or are not as described, are told so', async () => {
    const port = await freshPort();
    const nodes = [{ url: `http://127.0.0.1:${port}`, health: '/up' }];
    const { results } = await runDescription(tokenFile({ nodes, limits: { startSeconds: 1 } }), { only: ['0.2'] });
    expect(verdictsOf(results, '0.2')).toBe(`node-1 does not answer at http://127.0.0.1:${port}/up, 1 s later.`);
  });
});

describe('what an application prints', () => {
  test('is shown when it does not start, without passwords and keys', async () => {
    const start = fixtureStart({ MODE: 'crash', SIGNING_KEY: `\${env:TEST_KEY}` });
    const nodes = [{ url: `http://127.0.0.1:\${PORT}`, start }];
    const file = tokenFile({ nodes, users: [{ user: 'ada', password: `\${env:TEST_PASSWORD}` }] });
    const { results, said } = await runDescription(file, {
      only: ['0.2', '3.2'],
      env: { TEST_PASSWORD: password, TEST_KEY: 'k3y' },
    });
    expect(verdictsOf(results, '0.2')).toMatch(
      /^node-1 on port \d+ did not start: it exited with code 1\. It printed:\nstarting with password \[hidden\] and key \[hidden\]$/,
    );
    expect(verdictsOf(results, '3.2')).toBe(verdictsOf(results, '0.2'));
    expect(JSON.stringify(results) + said).not.toMatch(new RegExp(`${password}|k3y`));
  });
});

/** Says of each task what it does, and nothing else. */
function listening(onStep: (message: string) => void): Progress {
  return {
    say: () => {},
    run: async (tasks) => {
      for (const { run } of tasks) await run(onStep);
    },
  };
}

describe('a run that is ended early', () => {
  test('by an interruption stops the nodes, and says what was not asked', async () => {
    const interruption = new AbortController();
    const port = await freshPort();
    const nodes = [{ url: `http://127.0.0.1:${port}`, start: fixtureStart(), health: '/login' }];
    const { results } = await runDescription(formFile({ nodes, ttlSeconds: 10 }), {
      only: ['0.2', '2.2', '3.3'],
      signal: interruption.signal,
      progress: listening((message) => {
        if (message.includes('an active and an idle user')) interruption.abort();
      }),
    });
    expect(results.interrupted).toBe(true);
    expect(results.durationMs).toBeLessThan(8_000);
    expect(results.experiments.map(({ id, status }) => `${id} ${status}`)).toEqual([
      '0.1 not-run',
      '0.2 ran',
      '2.2 not-run',
      '3.3 not-run',
    ]);
    expect(await isPortFree(port)).toBe(true);
  });

  test('while a node is still starting does not wait for it', async () => {
    const interruption = new AbortController();
    const start = { command: 'sleep', args: ['60'], env: { PORT: `\${PORT}` } };
    const file = formFile({ nodes: [{ url: `http://127.0.0.1:\${PORT}`, start }], limits: { startSeconds: 60 } });
    const { results } = await runDescription(file, {
      only: ['0.2'],
      signal: interruption.signal,
      progress: listening((message) => {
        if (message.includes('starting')) setTimeout(() => interruption.abort(), 100);
      }),
    });
    expect(results.interrupted).toBe(true);
    expect(results.durationMs).toBeLessThan(8_000);
  });

  test('by the time limit of one experiment goes on with the next', async () => {
    const file = formFile({ limits: { probeSeconds: 5, trials: 1000 } }, { DELAY_MS: '20' });
    const { results } = await runDescription(file, { only: ['3.3', '5.1'] });
    expect(verdictsOf(results, '3.3')).toBe('It was not finished after 5 s and was stopped.');
    expect(verdictsOf(results, '5.1')).toBe('refuted refuted confirmed');
    expect(results.target.failures).toEqual(['3.3']);
  });
});
