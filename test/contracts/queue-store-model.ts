import type { Completion, QueueOrder, TakenTask } from '../../src/queue/store.ts';

export interface ModelTask {
  readonly id: string;
  readonly key: string | undefined;
  losses: number;
}

/** Where a task waits: itself, or a key that stands for the first task of that key. */
type Element = ModelTask | string;

export interface ModelWorker {
  readonly held: Map<number, ModelTask>;
  lapsed: boolean;
}

/** What a queue has to do, written down with plain arrays and without any regard to speed or to time. */
export class QueueModel {
  readonly #order: QueueOrder;
  readonly #maxLosses: number;
  #list: Element[] = [];
  #keys: Map<string, ModelTask[]> = new Map();
  #delayed: ModelTask[] = [];
  #lapsed: ModelWorker[] = [];
  readonly workers: Map<string, ModelWorker> = new Map();
  readonly ended: string[] = [];
  readonly dead: string[] = [];

  constructor(order: QueueOrder, maxLosses: number) {
    this.#order = order;
    this.#maxLosses = maxLosses;
  }

  get counts(): { waiting: number; delayed: number; active: number; dead: number } {
    const plain = this.#list.filter((element) => typeof element !== 'string').length;
    const keyed = [...this.#keys.values()].reduce((sum, tasks) => sum + tasks.length, 0);
    const held = [...this.workers.values(), ...this.#lapsed].reduce((sum, worker) => sum + worker.held.size, 0);
    return { waiting: plain + keyed, delayed: this.#delayed.length, active: held, dead: this.dead.length };
  }

  /** Keys that nobody may take a task of, because one of them is taken or delayed. */
  get heldKeys(): string[] {
    return [...this.#keys.keys()];
  }

  join(name: string): ModelWorker {
    const worker = { held: new Map<number, ModelTask>(), lapsed: false };
    this.workers.set(name, worker);
    return worker;
  }

  add(task: ModelTask): void {
    if (task.key === undefined) {
      this.#list.push(task);
      return;
    }
    const tasks = this.#keys.get(task.key);
    if (tasks === undefined) {
      this.#keys.set(task.key, [task]);
      this.#list.push(task.key);
    } else tasks.push(task);
  }

  /** It is silent from now on, and its lease has run out. */
  lapse(name: string): void {
    this.#lapsed.push(this.workers.get(name)!);
    this.workers.delete(name);
  }

  leave(name: string): number {
    const { held } = this.workers.get(name)!;
    this.workers.delete(name);
    this.#putBack([...held]);
    return held.size;
  }

  /** @returns the tasks that have to come out, and how many were recovered */
  turn(
    name: string,
    completions: readonly Completion[],
    want: number,
  ): { readonly taken: readonly ModelTask[]; readonly recovered: number } {
    const worker = this.workers.get(name)!;
    // By now: the walk waits after each delay.
    const due = this.#delayed.splice(0);
    this.#complete(worker, completions);
    const recovered = this.#lapsed.flatMap(({ held }) => [...held]);
    this.#lapsed = [];
    for (const [, task] of recovered) task.losses++;
    this.#putBack(recovered);
    for (const task of due) {
      if (task.key === undefined) this.#list.push(task);
      else {
        this.#keys.get(task.key)!.unshift(task);
        this.#list.push(task.key);
      }
    }
    return { taken: this.#take(want), recovered: recovered.length };
  }

  hold(name: string, taken: readonly TakenTask[], expected: readonly ModelTask[]): void {
    const { held } = this.workers.get(name)!;
    for (const [index, { fence }] of taken.entries()) held.set(fence, expected[index]!);
  }

  clear(): number {
    const { waiting, delayed } = this.counts;
    this.#list = [];
    this.#delayed = [];
    const active = [...this.workers.values(), ...this.#lapsed].flatMap(({ held }) => [...held.values()]);
    this.#keys = new Map(active.flatMap(({ key }) => (key === undefined ? [] : [[key, []]])));
    return waiting + delayed;
  }

  #complete(worker: ModelWorker, completions: readonly Completion[]): void {
    const released: [number, ModelTask][] = [];
    for (const completion of completions) {
      const task = worker.held.get(completion.fence);
      if (task === undefined) continue;
      worker.held.delete(completion.fence);
      if (completion.kind === 'release') released.push([completion.fence, task]);
      else if (completion.kind === 'retry') this.#retry(task, completion.delayMs);
      else {
        (completion.kind === 'bury' ? this.dead : this.ended).push(task.id);
        this.#letGo(task.key);
      }
    }
    this.#putBack(released);
  }

  #retry(task: ModelTask, delayMs: number): void {
    if (delayMs > 0) this.#delayed.push(task);
    else if (task.key === undefined) this.#list.push(task);
    else {
      this.#keys.get(task.key)!.unshift(task);
      this.#list.push(task.key);
    }
  }

  #putBack(held: readonly [number, ModelTask][]): void {
    for (const [, task] of [...held].sort(([a], [b]) => b - a)) {
      if (task.losses > this.#maxLosses) {
        this.dead.push(task.id);
        this.#letGo(task.key);
        continue;
      }
      if (task.key !== undefined) this.#keys.get(task.key)!.unshift(task);
      const element = task.key ?? task;
      if (this.#order === 'fifo') this.#list.unshift(element);
      else this.#list.push(element);
    }
  }

  #letGo(key: string | undefined): void {
    if (key === undefined) return;
    if (this.#keys.get(key)!.length > 0) this.#list.push(key);
    else this.#keys.delete(key);
  }

  #take(want: number): ModelTask[] {
    const taken: ModelTask[] = [];
    while (taken.length < want && this.#list.length > 0) {
      const element = (this.#order === 'fifo' ? this.#list.shift() : this.#list.pop())!;
      taken.push(typeof element === 'string' ? this.#keys.get(element)!.shift()! : element);
    }
    return taken;
  }
}
