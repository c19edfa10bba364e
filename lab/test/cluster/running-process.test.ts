import { ServerStartError, startProcess } from '@sallyport/lab/cluster';
import { expect, test } from 'vitest';
import { isAlive } from './until.ts';

const script = (source: string) => ({ command: '/bin/sh', args: ['-c', source] });

test('a program that does not exist is a start error', async () => {
  await expect(
    startProcess({ name: 'nothing', command: '/nowhere/nothing', args: [], readyWhen: async () => false }),
  ).rejects.toMatchObject({
    code: 'ERR_LAB_SERVER_START',
    message: expect.stringMatching(/^nothing did not start: it exited with code 127.*not found/s),
  });
});

test('a server that is never ready is killed at its deadline and its last output shown', async () => {
  let pid = 0;
  const failure = await startProcess({
    name: 'sleeper',
    ...script('echo going to bed; sleep 600'),
    readyWhen: async (started) => {
      pid = started.pid;
      throw new Error('still asleep');
    },
    deadlineMs: 300,
  }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ServerStartError);
  const { message, cause } = failure as ServerStartError;
  expect(message).toContain('sleeper did not start: it was not ready within 300 ms');
  expect(message).toContain('going to bed');
  expect(cause).toMatchObject({ message: 'still asleep' });
  expect(isAlive(pid)).toBe(false);
});

test('a probe that never answers does not outlast the deadline', async () => {
  const before = performance.now();
  await expect(
    startProcess({ name: 'mute', ...script('sleep 600'), readyWhen: () => new Promise(() => {}), deadlineMs: 200 }),
  ).rejects.toBeInstanceOf(ServerStartError);
  expect(performance.now() - before).toBeLessThan(3000);
});

test('keeps the last 8 KB of what was printed', async () => {
  const chatty = await startProcess({
    name: 'chatty',
    ...script('i=0; while [ $i -lt 3000 ]; do echo "line $i"; i=$((i + 1)); done; echo end; exec sleep 600'),
    readyWhen: async (started) => started.output().includes('end\n'),
  });
  expect(chatty.output().length).toBeLessThanOrEqual(8 * 1024);
  expect(chatty.output()).toMatch(/line 2998\nline 2999\nend\n$/);
  expect(await chatty.kill()).toEqual({ code: null, signal: 'SIGKILL' });
});

test('a process that ignores SIGTERM is killed at the deadline', async () => {
  const stubborn = await startProcess({
    name: 'stubborn',
    ...script("trap '' TERM; echo up; while :; do sleep 0.05; done"),
    readyWhen: async (started) => started.output().includes('up'),
  });
  expect(await stubborn.stop(150)).toEqual({ code: null, signal: 'SIGKILL' });
  expect(await stubborn.stop()).toEqual({ code: null, signal: 'SIGKILL' });
  expect(await stubborn.kill()).toEqual({ code: null, signal: 'SIGKILL' });
});

test('the children of a killed process go with it', async () => {
  const parent = await startProcess({
    name: 'parent',
    ...script('sleep 600 & echo "child $!"; wait'),
    readyWhen: async (started) => /child \d+/.test(started.output()),
  });
  const child = Number(/child (\d+)/.exec(parent.output())?.[1]);
  expect(isAlive(child)).toBe(true);
  await parent.kill();
  expect(isAlive(child)).toBe(false);
});

test("of the caller's environment only a few harmless variables are passed on", async () => {
  process.env.SALLYPORT_TEST_SECRET = 'x';
  try {
    const printer = await startProcess({
      name: 'printer',
      ...script('env; echo done; exec sleep 600'),
      env: { GIVEN: 'yes' },
      readyWhen: async (started) => started.output().includes('done'),
    });
    expect(printer.output()).toContain('GIVEN=yes');
    expect(printer.output()).toContain('PATH=');
    expect(printer.output()).not.toMatch(/SALLYPORT_TEST_SECRET|NODE_OPTIONS|VITEST/);
    await printer.kill();
  } finally {
    delete process.env.SALLYPORT_TEST_SECRET;
  }
});
