import { createServer } from 'node:net';
import { findPrograms, ServerStartError } from '@sallyport/lab/cluster';
import { expect, it } from 'vitest';
import { LabClient } from '../../src/experiments/lab-client.ts';
import { startScheme } from '../../src/schemes/start-scheme.ts';

async function surroundings(notices: string[]) {
  return { programs: await findPrograms(), timeScale: 1, notice: (message: string) => notices.push(message) };
}

it('moves a taken port, and says so', { timeout: 60_000 }, async () => {
  // Whether it is we or somebody else who has it: it is taken.
  // Whoever knocks there is not kept: closing waits for connections.
  const taken = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => {
    taken.once('error', () => resolve());
    taken.listen({ port: 8081, host: '127.0.0.1', exclusive: true }, resolve);
  });
  const notices: string[] = [];
  const scheme = await startScheme('sticky', { servers: 2 }, await surroundings(notices));
  try {
    const [first] = scheme.servers;
    expect(first?.port).not.toBe(8081);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toContain(`8081 → ${first?.port}`);
    expect(await new LabClient().request(first!.url, '/health')).toMatchObject({ status: 200, server: 'sticky-1' });
    expect(scheme.balancer.failTimeoutSeconds).toBe(10);
  } finally {
    await scheme.stop();
    await new Promise((resolve) => taken.close(resolve));
  }
});

it('stops what it started when one part does not come up, and shows what that printed', async () => {
  const failure = await startScheme('sticky', { env: { TTL_SECONDS: 'soon' } }, await surroundings([])).catch(
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(ServerStartError);
  expect((failure as ServerStartError).message).toContain('TTL_SECONDS must be a number above 0.');
});

it('can be stopped twice', async () => {
  const scheme = await startScheme('jwt', { servers: 1, balancer: false }, await surroundings([]));
  await scheme.stop();
  await scheme.stop();
  expect(await new LabClient().profile(scheme.servers[0]!.url)).toMatchObject({ status: 'refused' });
});
