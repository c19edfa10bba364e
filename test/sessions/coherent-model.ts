/** A model of sessions on many servers: what is read is compared with what was answered. */
import { setTimeout as wait } from 'node:timers/promises';
import { RedisUnavailableError } from 'sallyport/redis';
import type { SessionStore } from 'sallyport/sessions';
import { expect } from 'vitest';
import { newSessionId, type SessionId } from '../../src/sessions/session-id.ts';

/** Numbers that look random and are the same for the same seed. */
type Random = (below: number) => number;

function randomFrom(seed: number): Random {
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

export interface ModelOutcome {
  fromMemory: number;
  fromRedis: number;
  stale: number;
  oldestMs: number;
  changes: number;
  ends: number;
  /** Reads and changes that were refused because Redis could not serve; nobody knows what became of the change. */
  refused: number;
  /** Ends that found the session ended: the client had sent them twice, since the first answer never came. */
  repeated: number;
}

export interface ModelOptions {
  readonly servers: readonly { readonly store: SessionStore }[];
  readonly seed: number;
  readonly durationMs: number;
  /** Breaks something again and again while `going`. */
  readonly breaking?: (random: Random, going: () => boolean) => Promise<void>;
}

/** The users whose sessions there are. */
export const modelUsers: readonly string[] = Array.from({ length: 5 }, (_, index) => `user-${index}`);

export async function runModel({ servers, seed, durationMs, breaking }: ModelOptions): Promise<ModelOutcome> {
  const random = randomFrom(seed);
  const any = <Item>(items: readonly Item[]): Item => items[random(items.length)]!;
  const outcome: ModelOutcome = {
    fromMemory: 0,
    fromRedis: 0,
    stale: 0,
    oldestMs: 0,
    changes: 0,
    ends: 0,
    refused: 0,
    repeated: 0,
  };
  const subjects: Subject[] = [];

  async function create(): Promise<void> {
    const key = newSessionId(any(modelUsers));
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
    if (await served(() => changeOrEnd(subject))) subject.isBusy = false;
    else await replace(subject);
  }

  /** Nobody knows which version is the last: it leaves the model. */
  async function replace(subject: Subject): Promise<void> {
    subjects.splice(subjects.indexOf(subject), 1);
    while (!(await served(create))) await wait(20);
  }

  async function changeOrEnd(subject: Subject): Promise<void> {
    const { store } = any(servers);
    const version = subject.answeredAt.length;
    if (random(10) === 0) {
      if (!(await store.end(subject.key, { reason: 'logout', tombstoneMs: 60_000 }))) outcome.repeated++;
      subject.endedAt = performance.now();
      outcome.ends++;
      while (!(await served(create))) await wait(20);
    } else {
      const set = new Map([['v', store.codec.encode(version)]]);
      expect(await store.change(subject.key, { set, remove: [], maxDataBytes: 4_096 })).toEqual({ status: 'changed' });
      subject.answeredAt.push(performance.now());
      outcome.changes++;
      // Whoever made the change sees it.
      const own = await store.read(subject.key, { renew: true });
      expect(own.status === 'live' && store.codec.decode(own.record.data.get('v')!)).toBe(version);
    }
  }

  const until = performance.now() + durationMs;
  const going = () => performance.now() < until;
  /** Whether it was done; false when Redis could not serve. */
  async function served(act: () => Promise<void>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (error) {
      if (!(error instanceof RedisUnavailableError)) throw error;
      outcome.refused++;
      return false;
    }
  }
  async function reading(): Promise<void> {
    while (going()) {
      for (let n = 0; n < 20; n++) await served(read);
      await wait(1);
    }
  }
  async function writing(): Promise<void> {
    while (going()) {
      await write();
      await wait(random(8));
    }
  }

  while (subjects.length < 20) if (!(await served(create))) await wait(20);
  await Promise.all([reading(), reading(), reading(), writing(), writing(), breaking?.(random, going)]);
  return outcome;
}
