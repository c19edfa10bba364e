/** The example is documentation, so it has to run. */
import { join } from 'node:path';
import { askRedis, startProcess } from '@sallyport/lab/cluster';
import { expect, it } from 'vitest';
import { useRedisServer } from '../redis-server.ts';

const server = useRedisServer();

it('examples/lists.ts: sends what was pushed, and leaves what it has not taken when it is stopped', async () => {
  let origin = '';
  const example = await startProcess({
    name: 'lists.ts',
    command: process.execPath,
    args: ['--import', 'tsx', '--conditions=sallyport-source', join(import.meta.dirname, '../../examples/lists.ts')],
    env: { PORT: '0', REDIS_URL: server.url },
    readyWhen: async ({ output }) => {
      origin = /http:\/\/\S+/.exec(output())?.[0] ?? '';
      return origin !== '';
    },
    deadlineMs: 15_000,
  });
  const push = (query: string) => fetch(`${origin}/messages?${query}`, { method: 'POST' });
  const sent = async () => ((await (await fetch(origin)).json()) as { sent: string[] }).sent;
  expect((await push('to=ada&text=hello')).status).toBe(202);
  await expect.poll(sent).toEqual(['messages to ada: hello']);
  await push('to=ada&text=now&urgent');
  await expect.poll(sent).toEqual(['messages to ada: hello', 'messages.urgent to ada: now']);
  expect(await example.stop(5_000)).toMatchObject({ code: 0 });
  await askRedis(['RPUSH', 'sallyport:list:{messages}', '{"to":"ada","text":"later"}'], { port: server.port });
  expect(await askRedis(['LLEN', 'sallyport:list:{messages}'], { port: server.port })).toBe('1');
});
