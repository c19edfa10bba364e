/** Many servers, random changes and random failures of their links, against a model. */
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { redisClients } from '../redis-clients.ts';
import { useRedisServer } from '../redis-server.ts';
import { type ModelOutcome, runModel } from './coherent-model.ts';
import { openLinkedServer, useClosing } from './coherent-subject.ts';

const server = useRedisServer();
const leaseMs = 400;
const closing = useClosing();

async function run(seed: number, durationMs: number, breakLinks: boolean): Promise<ModelOutcome> {
  const servers = await Promise.all(
    [0, 1, 2, 3].map((index) =>
      openLinkedServer(server.port, closing, { coherent: { leaseMs } }, { open: redisClients[index % 2]!.open }),
    ),
  );
  async function breaking(random: (below: number) => number, going: () => boolean): Promise<void> {
    while (going()) {
      const { news: proxy } = servers[random(servers.length)]!;
      const kind = random(4);
      if (kind === 0) proxy.cut();
      if (kind === 1) proxy.blackHole();
      if (kind === 2) proxy.delay(random(2 * leaseMs));
      if (kind === 3) await proxy.refuse();
      await wait(random(600));
      if (random(2) === 0) await proxy.heal();
    }
  }
  const outcome = await runModel({ servers, seed, durationMs, ...(breakLinks ? { breaking } : {}) });
  // Only the links over which they hear are broken.
  expect(outcome).toMatchObject({ refused: 0, repeated: 0 });
  return outcome;
}

describe('coherent sessions against a model', () => {
  it('on links that are well, what is read is milliseconds old at most', async () => {
    const outcome = await run(1, 3_000, false);
    expect(outcome.fromMemory).toBeGreaterThan(300);
    expect(outcome.changes).toBeGreaterThan(100);
    expect(outcome.ends).toBeGreaterThan(10);
    expect(outcome.oldestMs).toBeLessThan(leaseMs / 4);
  });

  it.each([2, 3, 4])('on links that break in every way, nothing is older than the lease (seed %i)', async (seed) => {
    const outcome = await run(seed, 5_000, true);
    expect(outcome.fromMemory).toBeGreaterThan(100);
    expect(outcome.changes).toBeGreaterThan(100);
    expect(outcome.oldestMs).toBeLessThanOrEqual(leaseMs);
    // Without a link that swallowed messages the bound would not have been tried.
    expect(outcome.stale).toBeGreaterThan(0);
  });
});
