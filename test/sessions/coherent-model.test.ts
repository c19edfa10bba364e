/** Many servers, random changes and random failures of their links: what is read is compared with what was answered. */
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { newSessionId, type SessionId } from '../../src/sessions/session-id.ts';
import { redisClients } from '../redis-clients.ts';
import { useRedisServer } from '../redis-server.ts';
import { openLinkedServer, useClosing } from './coherent-subject.ts';

const server = useRedisServer();
const leaseMs = 400;
const closing = useClosing();

/** Numbers that look random and are the same for the same seed. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** One session as the model knows it: when each of its versions was answered, and when its end was. */
interface Subject {
  readonly key: SessionId;
  readonly answeredAt: number[];
  endedAt: number | undefined;
  isBusy: boolean;
}

interface Outcome {
  fromMemory: number;
  fromRedis: number;
  stale: number;
  oldestMs: number;
  changes: number;
  ends: number;
}

async function run(seed: number, durationMs: number, breakLinks: boolean): Promise<Outcome> {
  const random = randomFrom(seed);
  const servers = await Promise.all(
    [0, 1, 2, 3].map((index) =>
      openLinkedServer(server.port, closing, { coherent: { leaseMs } }, { open: redisClients[index % 2]!.open }),
    ),
  );
  const any = <Item>(items: readonly Item[]): Item => items[random(items.length)]!;
  const outcome: Outcome = { fromMemory: 0, fromRedis: 0, stale: 0, oldestMs: 0, changes: 0, ends: 0 };
  const subjects: Subject[] = [];

  async function create(): Promise<void> {
    const key = newSessionId(`user-${random(5)}`);
    const { store } = any(servers);
    await store.create(key, {
      userId: 'x',
      idleMs: 600_000,
      absoluteMs: undefined,
      data: new Map([['v', store.codec.encode(0)]]),
    });
    subjects.push({ key, answeredAt: [performance.now()], endedAt: undefined, isBusy: false });
  }

  function check(subject: Subject, startedAt: number, version: number | 'ended'): void {
    if (version === 'ended') {
      // Nobody is told of an end before somebody has asked for it.
      expect(subject.isBusy || subject.endedAt !== undefined).toBe(true);
      return;
    }
    const missedAt = subject.answeredAt[version + 1] ?? subject.endedAt;
    if (missedAt === undefined || missedAt >= startedAt) return;
    outcome.stale++;
    outcome.oldestMs = Math.max(outcome.oldestMs, startedAt - missedAt);
  }

  async function read(): Promise<void> {
    const { store } = any(servers);
    const subject = any(subjects);
    const startedAt = performance.now();
    const known = store.peek?.(subject.key, { renew: true });
    if (known === undefined) outcome.fromRedis++;
    else outcome.fromMemory++;
    const found = known ?? (await store.read(subject.key, { renew: true }));
    const version = found.status === 'live' ? Number(store.codec.decode(found.record.data.get('v')!)) : 'ended';
    check(subject, startedAt, version);
  }

  /** Changes of one session come one after another, so that its versions have an order. */
  async function write(): Promise<void> {
    const subject = any(subjects);
    if (subject.isBusy || subject.endedAt !== undefined) return;
    subject.isBusy = true;
    const { store } = any(servers);
    const version = subject.answeredAt.length;
    if (random(10) === 0) {
      expect(await store.end(subject.key, { reason: 'logout', tombstoneMs: 60_000 })).toBe(true);
      subject.endedAt = performance.now();
      outcome.ends++;
      await create();
    } else {
      const set = new Map([['v', store.codec.encode(version)]]);
      expect(await store.change(subject.key, { set, remove: [], maxDataBytes: 4_096 })).toEqual({ status: 'changed' });
      subject.answeredAt.push(performance.now());
      outcome.changes++;
      // Whoever made the change sees it.
      const own = await store.read(subject.key, { renew: true });
      expect(own.status === 'live' && store.codec.decode(own.record.data.get('v')!)).toBe(version);
    }
    subject.isBusy = false;
  }

  const until = performance.now() + durationMs;
  const going = () => performance.now() < until;
  async function breaking(): Promise<void> {
    while (going()) {
      const { news: proxy } = any(servers);
      const kind = random(4);
      if (kind === 0) proxy.cut();
      if (kind === 1) proxy.blackHole();
      if (kind === 2) proxy.delay(random(2 * leaseMs));
      if (kind === 3) await proxy.refuse();
      await wait(random(600));
      if (random(2) === 0) await proxy.heal();
    }
  }
  async function reading(): Promise<void> {
    while (going()) {
      for (let n = 0; n < 20; n++) await read();
      await wait(1);
    }
  }
  async function writing(): Promise<void> {
    while (going()) {
      await write();
      await wait(random(8));
    }
  }

  for (let n = 0; n < 20; n++) await create();
  await Promise.all([reading(), reading(), reading(), writing(), writing(), ...(breakLinks ? [breaking()] : [])]);
  return outcome;
}

describe('coherent sessions against a model', () => {
  it('on links that are well, what is read is milliseconds old at most', async () => {
    const outcome = await run(1, 3_000, false);
    expect(outcome.fromMemory).toBeGreaterThan(1_000);
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
