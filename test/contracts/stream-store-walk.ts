import { expect, it } from 'vitest';
import { type SeededRandom, seededRandom } from '../../lab/src/experiments/seeded-random.ts';
import type { StreamStore } from '../../src/streams/store.ts';
import {
  append,
  deathOf,
  idsOf,
  type StreamStoreSubject,
  type SuiteSize,
  TestConsumer,
} from './stream-store-subject.ts';

/** Longer than a busy machine takes between two turns. */
const idleMs = 200;
const maxDeliveries = 3;

interface Held {
  owner: TestConsumer | undefined;
  deliveries: number;
}

/** Does at random whatever can be done with a store, and compares each answer with that of a plain model. */
export function itAgreesWithItsModel(subject: () => StreamStoreSubject, size: SuiteSize): void {
  for (const { seed, steps } of size.walks) {
    it(`agrees with a model of it on a random walk (seed ${seed}, ${steps} steps)`, async () => {
      const walk = new Walk(await subject().open(), seededRandom(seed, 'stream'), subject());
      for (let step = 0; step < steps; step++) {
        const name = await walk.step();
        await walk.compare(`step ${step}, ${name}`);
      }
      await walk.drain();
    });
  }
}

class Walk {
  readonly #store: StreamStore;
  readonly #random: SeededRandom;
  readonly #subject: StreamStoreSubject;
  /** All ids in the stream, those that were given, those pending. */
  #log: string[] = [];
  #given = 0;
  readonly #pending = new Map<string, Held>();
  readonly #done: string[] = [];
  readonly #dead: string[] = [];
  #trimmed = 0;
  #consumers: TestConsumer[] = [];
  /** Silent ones; what they hold can be claimed. */
  readonly #silent = new Set<TestConsumer>();
  #made = 0;

  constructor(store: StreamStore, random: SeededRandom, subject: StreamStoreSubject) {
    this.#store = store;
    this.#random = random;
    this.#subject = subject;
  }

  async step(): Promise<string> {
    while (this.#consumers.length < 3) {
      const consumer = new TestConsumer(this.#store, { maxDeliveries });
      await consumer.turn();
      this.#consumers.push(consumer);
    }
    const dice = this.#random.next();
    if (dice < 0.3) return this.#append();
    if (dice < 0.8) return this.#turn(this.#random.pick(this.#consumers), this.#random.integer(0, 4));
    if (dice < 0.85) return this.#leave();
    if (dice < 0.9) return this.#fallSilent();
    if (dice < 0.95) return this.#speakFromTheDead();
    return this.#trim();
  }

  async compare(where: string): Promise<void> {
    const pending = await this.#store.pending('g', { limit: 10_000 });
    const seen = pending.map(({ id, consumer, deliveries }) => [id, consumer, deliveries]);
    const expected = this.#log
      .filter((id) => this.#pending.has(id))
      .map((id) => [id, this.#pending.get(id)!.owner?.name, this.#pending.get(id)!.deliveries]);
    expect(seen, where).toEqual(expected);
    const state = await this.#store.groupState('g');
    expect([state?.lag, state?.deadLetters], where).toEqual([this.#log.length - this.#given, this.#dead.length]);
  }

  /** Works off all that is left: every event has ended in one way, and once. */
  async drain(): Promise<void> {
    while (this.#given < this.#log.length || this.#pending.size > 0) {
      await this.#turn(this.#consumers[0]!, 50, true);
      for (const consumer of this.#consumers.slice(1)) await this.#turn(consumer, 0, true);
    }
    await this.compare('drained');
    expect([...this.#done, ...this.#dead].toSorted()).toEqual(this.#log.toSorted());
    const dead = await this.#store.deadLetters('g').list(10_000);
    expect(dead.map(({ death }) => JSON.parse(death).id).toSorted()).toEqual(this.#dead.toSorted());
    expect(await this.#store.trim({ maxLength: 0, keepsUnacknowledged: true })).toBe(this.#log.length - this.#trimmed);
  }

  async #append(): Promise<string> {
    const count = this.#random.integer(1, 5);
    this.#log.push(...(await append(this.#store, ...Array.from({ length: count }, () => this.#made++))));
    return 'append';
  }

  #heldBy(owner: TestConsumer | undefined): string[] {
    return this.#log.filter((id) => this.#pending.get(id)?.owner === owner && this.#pending.has(id));
  }

  async #turn(consumer: TestConsumer, want: number, ends = false): Promise<string> {
    const turn: Record<'acknowledged' | 'renewed', string[]> = { acknowledged: [], renewed: [] };
    const buried = [];
    const released = [];
    const retried = [];
    for (const id of this.#random.shuffled(this.#heldBy(consumer))) {
      const held = this.#pending.get(id)!;
      const dice = ends ? 0.5 : this.#random.next();
      if (dice < 0.2) turn.renewed.push(id);
      else if (dice < 0.6) {
        turn.acknowledged.push(id);
        this.#pending.delete(id);
        this.#done.push(id);
      } else if (dice < 0.7) {
        buried.push(deathOf(id));
        this.#pending.delete(id);
        this.#dead.push(id);
      } else if (dice < 0.8 && held.deliveries < maxDeliveries) {
        retried.push({ id, deliveries: ++held.deliveries });
      } else if (dice < 0.9) {
        held.owner = undefined;
        released.push({ id, deliveries: --held.deliveries });
      }
    }
    const searches = (ends || this.#random.next() < 0.3) && this.#silent.size > 0 && want > 0;
    if (searches) await this.#renewAll();
    const result = await this.#expectTaken(consumer, want, searches, { ...turn, buried, released, retried });
    if (this.#random.next() < 0.1) await consumer.turn({ ...turn, buried });
    return `turn with ${result} taken`;
  }

  async #expectTaken(
    consumer: TestConsumer,
    want: number,
    searches: boolean,
    turn: Parameters<TestConsumer['turn']>[0],
  ): Promise<number> {
    const expected: [string, number][] = [];
    const exhausted: string[] = [];
    const take = (id: string, deliveries: number) => {
      this.#pending.set(id, { owner: consumer, deliveries });
      expected.push([id, deliveries]);
    };
    for (const id of this.#heldBy(undefined).slice(0, want)) take(id, this.#pending.get(id)!.deliveries + 1);
    const room = want - expected.length;
    if (searches && room > 0) {
      const lost = this.#log.filter((id) => this.#silent.has(this.#pending.get(id)?.owner as TestConsumer));
      let claimed = 0;
      for (const id of lost) {
        const { deliveries } = this.#pending.get(id)!;
        if (deliveries >= maxDeliveries) {
          exhausted.push(id);
          this.#dead.push(id);
          this.#pending.delete(id);
        } else if (claimed++ === room) break;
        else take(id, deliveries + 1);
      }
    }
    while (expected.length < want && this.#given < this.#log.length) take(this.#log[this.#given++]!, 1);
    const claim = { idleMs, after: '', forgetMs: 1e9 };
    const result = await consumer.turn({ ...turn, want, ...(searches ? { claim } : {}) });
    expect(result.entries.map(({ id, deliveries }) => [id, deliveries])).toEqual(expected);
    expect([result.exhausted, result.stale]).toEqual([exhausted, []]);
    return expected.length;
  }

  /** So that only the silent ones are idle. */
  async #renewAll(): Promise<void> {
    await this.#subject.advance(idleMs + 5);
    for (const consumer of this.#consumers) await consumer.turn({ renewed: this.#heldBy(consumer) });
  }

  async #leave(): Promise<string> {
    const leaver = this.#random.pick(this.#consumers);
    this.#consumers = this.#consumers.filter((other) => other !== leaver);
    const held = this.#heldBy(leaver);
    const started = held.filter(() => this.#random.next() < 0.5);
    expect(await leaver.leave(started.map((id) => ({ id })))).toBe(held.length);
    for (const id of held) {
      const entry = this.#pending.get(id)!;
      this.#pending.set(id, { owner: undefined, deliveries: entry.deliveries - (started.includes(id) ? 0 : 1) });
    }
    return 'leave';
  }

  async #fallSilent(): Promise<string> {
    const silent = this.#random.pick(this.#consumers);
    this.#consumers = this.#consumers.filter((other) => other !== silent);
    this.#silent.add(silent);
    return 'fall silent';
  }

  async #speakFromTheDead(): Promise<string> {
    const [zombie] = this.#random.shuffled([...this.#silent]);
    if (zombie === undefined || this.#heldBy(zombie).length > 0) return 'nobody has lost all';
    const others = idsOf(await this.#store.pending('g', { limit: 100 }));
    const { stale } = await zombie.turn({ known: [], acknowledged: others });
    expect(stale).toEqual(others);
    return 'speak from the dead';
  }

  async #trim(): Promise<string> {
    const needed = this.#log.findIndex((id, index) => index >= this.#given || this.#pending.has(id));
    const free = needed === -1 ? this.#log.length : needed;
    expect(await this.#store.trim({ maxLength: 0, keepsUnacknowledged: true })).toBe(free - this.#trimmed);
    this.#trimmed = free;
    return 'trim';
  }
}
