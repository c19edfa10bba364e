import { expect, it } from 'vitest';
import { type SeededRandom, seededRandom } from '../../lab/src/experiments/seeded-random.ts';
import type { Completion, QueueOrder, QueueStore, TakenTask } from '../../src/queue/store.ts';
import { type ModelTask, QueueModel } from './queue-store-model.ts';
import {
  bury,
  done,
  idOf,
  opened,
  type QueueStoreSubject,
  release,
  retry,
  type SuiteSize,
  TestWorker,
  task,
} from './queue-store-subject.ts';

const keys = [undefined, undefined, 'a', 'b', 'c'];
const maxLosses = 2;
const lapseMs = 20;

/** Does at random whatever can be done with a store, and compares each answer with that of the model. */
export function itAgreesWithItsModel(subject: () => QueueStoreSubject, size: SuiteSize): void {
  for (const { seed, steps } of size.walks) {
    for (const order of ['fifo', 'lifo'] as const) {
      it(`agrees with a model of it on a random walk (${order}, seed ${seed}, ${steps} steps)`, async () => {
        const walk = new Walk(await subject().open(), order, seededRandom(seed, `queue-${order}`), subject());
        for (let step = 0; step < steps; step++) {
          const name = await walk.step();
          await walk.compare(`step ${step}, ${name}`);
        }
        await walk.drain();
      });
    }
  }
}

class Walk {
  readonly #store: QueueStore;
  readonly #random: SeededRandom;
  readonly #subject: QueueStoreSubject;
  readonly #model: QueueModel;
  readonly #order: QueueOrder;
  #workers: { readonly worker: TestWorker; held: readonly TakenTask[] }[] = [];
  #dead: TestWorker[] = [];
  #added: string[] = [];
  #made = 0;
  #highest = 0;

  constructor(store: QueueStore, order: QueueOrder, random: SeededRandom, subject: QueueStoreSubject) {
    this.#store = store;
    this.#order = order;
    this.#random = random;
    this.#subject = subject;
    this.#model = new QueueModel(order, maxLosses);
  }

  async step(): Promise<string> {
    while (this.#workers.length < 4) {
      const each = { worker: new TestWorker(this.#store, { order: this.#order, maxLosses }), held: [] };
      this.#model.join(each.worker.name);
      await this.#take(each, [], 0);
      this.#workers.push(each);
    }
    const dice = this.#random.next();
    if (dice < 0.3) return this.#add();
    if (dice < 0.9) return this.#turn();
    if (dice < 0.93) return this.#leave();
    if (dice < 0.97) return this.#die();
    if (dice < 0.99) return this.#speakFromTheDead();
    return this.#clear();
  }

  async compare(where: string): Promise<void> {
    const { waiting, delayed, active, dead } = await this.#store.state();
    expect({ waiting, delayed, active, dead }, where).toEqual(this.#model.counts);
  }

  /** Works off all that is left: every task has ended in one way, and once. */
  async drain(): Promise<void> {
    await this.#subject.advance(lapseMs + 5);
    for (let { waiting, delayed, active } = this.#model.counts; waiting + delayed + active > 0; ) {
      for (const each of this.#workers)
        await this.#take(
          each,
          each.held.map((taken) => this.#ending(taken, done)),
          3,
        );
      ({ waiting, delayed, active } = this.#model.counts);
    }
    await this.compare('drained');
    expect(this.#model.heldKeys).toEqual([]);
    const dead = await this.#store.shelf('dead').list(10_000);
    expect(dead.map(({ id }) => id).sort()).toEqual([...this.#model.dead].sort());
    expect([...this.#model.ended, ...this.#model.dead].sort()).toEqual(this.#added.sort());
    for (const { worker } of this.#workers) expect(await worker.leave()).toBe(0);
  }

  async #add(): Promise<string> {
    const added = Array.from({ length: this.#random.integer(1, 5) }, (): ModelTask => {
      const id = `t${this.#made++}`;
      this.#added.push(id);
      return { id, key: this.#random.pick(keys), losses: 0 };
    });
    for (const each of added) this.#model.add(each);
    await this.#store.add(
      added.map(({ id, key }) => task(id, key === undefined ? {} : { key })),
      0,
    );
    return 'add';
  }

  async #turn(): Promise<string> {
    const each = this.#random.pick(this.#workers);
    let delays = false;
    const completions = this.#random.shuffled(each.held).flatMap((taken): Completion[] => {
      const dice = this.#random.next();
      if (dice < 0.25) return [];
      if (dice < 0.65) return [this.#ending(taken, done)];
      if (dice < 0.72) return [this.#ending(taken, bury)];
      if (dice < 0.82) return [release(taken)];
      // One at a time: two of one moment have no order that the model would know.
      const delayMs = dice < 0.9 || delays ? 0 : 10;
      delays ||= delayMs > 0;
      const { key } = opened(taken).header;
      return [retry(taken, { delayMs, ...(key === undefined ? {} : { key }) })];
    });
    const repeated = this.#random.next() < 0.1 ? completions : [];
    await this.#take(each, completions, this.#random.integer(0, 4));
    // Told twice, it has been told once.
    if (repeated.length > 0 && !delays) await this.#take(each, repeated, 0);
    if (delays) await this.#subject.advance(12);
    return 'turn';
  }

  #ending(taken: TakenTask, kind: (taken: TakenTask) => Completion): Completion {
    const { key } = opened(taken).header;
    return { ...kind(taken), ...(key === undefined ? {} : { key }) } as Completion;
  }

  async #take(
    each: { readonly worker: TestWorker; held: readonly TakenTask[] },
    completions: readonly Completion[],
    want: number,
  ): Promise<void> {
    const expected = this.#model.turn(each.worker.name, completions, want);
    const { tasks, recovered } = await each.worker.turn({ completions, want });
    expect(recovered).toBe(expected.recovered);
    expect(tasks.map((taken) => [idOf(taken), opened(taken).losses])).toEqual(
      expected.taken.map(({ id, losses }) => [id, losses]),
    );
    for (const { fence } of tasks) {
      expect(fence).toBeGreaterThan(this.#highest);
      this.#highest = fence;
    }
    this.#model.hold(each.worker.name, tasks, expected.taken);
    const gone = new Set(completions.map(({ fence }) => fence));
    each.held = [...each.held.filter(({ fence }) => !gone.has(fence)), ...tasks];
  }

  async #leave(): Promise<string> {
    const each = this.#random.pick(this.#workers);
    this.#workers = this.#workers.filter((other) => other !== each);
    const expected = this.#model.leave(each.worker.name);
    expect(await each.worker.leave()).toBe(expected);
    return 'leave';
  }

  async #die(): Promise<string> {
    const each = this.#random.pick(this.#workers);
    this.#workers = this.#workers.filter((other) => other !== each);
    const { recovered } = this.#model.turn(each.worker.name, [], 0);
    expect((await each.worker.turn({ leaseMs: lapseMs })).recovered).toBe(recovered);
    this.#model.lapse(each.worker.name);
    await this.#subject.advance(lapseMs + 5);
    // Somebody has to look, or it could come back to life.
    const heir = this.#workers[0];
    if (heir !== undefined) await this.#take(heir, [], 0);
    this.#dead.push(each.worker);
    return 'die';
  }

  async #speakFromTheDead(): Promise<string> {
    if (this.#dead.length === 0) return 'nobody is dead';
    const zombie = this.#random.pick(this.#dead);
    const completions = this.#workers.flatMap(({ held }) => held.map(done));
    expect(await zombie.outcome({ completions, want: 3 })).toEqual({ lost: true });
    return 'speak from the dead';
  }

  async #clear(): Promise<string> {
    const before = this.#model.counts;
    expect(await this.#store.clear()).toBe(before.waiting + before.delayed);
    this.#model.clear();
    // What was removed ends here.
    const kept = new Set(this.#workers.flatMap(({ held }) => held.map(idOf)));
    const known = new Set([...this.#model.ended, ...this.#model.dead, ...kept]);
    this.#added = this.#added.filter((id) => known.has(id));
    return 'clear';
  }
}
