/** The tasks that wait: a list for each priority, and one for each key, of which only the first can be taken. */
import { Deque } from '../deque.ts';
import type { NewTask, QueueOrder } from './store.ts';

export type StoredTask = Pick<NewTask, 'envelope' | 'uniqueId' | 'key' | 'priority'>;

/** A task, or a key, which stands for the first task of that key. */
type Element = StoredTask | string;

export class WaitingTasks {
  readonly #lists: Map<number, Deque<Element>> = new Map([[0, new Deque()]]);
  /** The keys of `#lists`, highest first. */
  #priorities: number[] = [0];
  /** Of all keys that are held: by a place in a list, by a delayed retry or by a task that a worker has. */
  #keyed: Map<string, Deque<StoredTask>> = new Map();
  #pointers = 0;
  #keyedTasks = 0;
  #elements = 0;

  /** Tasks that wait, also behind others of their key. */
  get size(): number {
    return this.#elements - this.#pointers + this.#keyedTasks;
  }

  /** How many could be taken now. */
  get ready(): number {
    return this.#elements;
  }

  append(task: StoredTask): void {
    const { key } = task;
    if (key === undefined) {
      this.#put(task, task.priority ?? 0);
      return;
    }
    let tasks = this.#keyed.get(key);
    if (tasks === undefined) {
      tasks = new Deque();
      this.#keyed.set(key, tasks);
      this.#point(key);
    }
    tasks.push(task);
    this.#keyedTasks++;
  }

  /** Before all others, to where it was taken from. */
  putBack(task: StoredTask, order: QueueOrder): void {
    if (task.key === undefined) {
      this.#put(task, task.priority ?? 0, order);
      return;
    }
    this.hold(task.key).unshift(task);
    this.#keyedTasks++;
    this.#point(task.key, order);
  }

  /** Makes a task the first of its key again. It may be taken when its key has its turn. */
  putFirst(task: StoredTask & { readonly key: string }): void {
    this.hold(task.key).unshift(task);
    this.#keyedTasks++;
    this.#point(task.key);
  }

  /** The tasks behind the one that holds the key. */
  hold(key: string): Deque<StoredTask> {
    let tasks = this.#keyed.get(key);
    if (tasks === undefined) {
      tasks = new Deque();
      this.#keyed.set(key, tasks);
    }
    return tasks;
  }

  /** The task that held this key has left: the next one may be taken. */
  letGo(key: string | undefined): void {
    if (key === undefined) return;
    const tasks = this.#keyed.get(key);
    if (tasks !== undefined && tasks.length > 0) this.#point(key);
    else this.#keyed.delete(key);
  }

  take(most: number, order: QueueOrder): StoredTask[] {
    const taken: StoredTask[] = [];
    for (const priority of [...this.#priorities]) {
      const list = this.#lists.get(priority)!;
      while (taken.length < most && list.length > 0) {
        const element = (order === 'fifo' ? list.shift() : list.pop())!;
        this.#elements--;
        if (typeof element !== 'string') {
          taken.push(element);
          continue;
        }
        this.#pointers--;
        const task = this.#keyed.get(element)?.shift();
        if (task === undefined) continue;
        this.#keyedTasks--;
        taken.push(task);
      }
      if (list.length === 0 && priority !== 0) this.#dropLevel(priority);
    }
    return taken;
  }

  /** Those that would be taken next. */
  peek(most: number, order: QueueOrder): StoredTask[] {
    const found: StoredTask[] = [];
    for (const priority of this.#priorities) {
      const list = this.#lists.get(priority)!;
      for (let index = 0; index < list.length && found.length < most; index++) {
        const element = list.at(order === 'fifo' ? index : list.length - 1 - index)!;
        const task = typeof element === 'string' ? this.#keyed.get(element)?.at(0) : element;
        if (task !== undefined) found.push(task);
      }
    }
    return found;
  }

  /** Some of those that have waited longest. */
  *eldest(): Generator<StoredTask> {
    for (const list of this.#lists.values()) {
      for (let index = 0; index < Math.min(10, list.length); index++) {
        const element = list.at(index)!;
        const task = typeof element === 'string' ? this.#keyed.get(element)?.at(0) : element;
        if (task !== undefined) yield task;
      }
    }
    if (this.#elements > 0) return;
    // All wait behind tasks of their keys.
    let looked = 0;
    for (const tasks of this.#keyed.values()) {
      const first = tasks.at(0);
      if (first !== undefined) yield first;
      if (++looked === 200) return;
    }
  }

  /** @param heldKeys Of tasks that workers have. @returns the tasks that were removed */
  clear(heldKeys: Iterable<string>): StoredTask[] {
    const removed: StoredTask[] = [];
    for (const list of this.#lists.values()) {
      for (const element of list) if (typeof element !== 'string') removed.push(element);
    }
    for (const tasks of this.#keyed.values()) for (const task of tasks) removed.push(task);
    this.#lists.clear();
    this.#lists.set(0, new Deque());
    this.#priorities = [0];
    this.#keyed = new Map();
    for (const key of heldKeys) this.hold(key);
    this.#pointers = 0;
    this.#keyedTasks = 0;
    this.#elements = 0;
    return removed;
  }

  #point(key: string, front?: QueueOrder): void {
    this.#pointers++;
    this.#put(key, 0, front);
  }

  #put(element: Element, priority: number, front?: QueueOrder): void {
    let list = this.#lists.get(priority);
    if (list === undefined) {
      list = new Deque();
      this.#lists.set(priority, list);
      this.#priorities = [...this.#lists.keys()].sort((a, b) => b - a);
    }
    this.#elements++;
    if (front === 'fifo') list.unshift(element);
    else list.push(element);
  }

  #dropLevel(priority: number): void {
    this.#lists.delete(priority);
    this.#priorities = this.#priorities.filter((each) => each !== priority);
  }
}
