/** Breaks what a plan says, when the ledgers say that it is time, mends it again, and looks whether it really broke. */
import { setTimeout as delay } from 'node:timers/promises';
import { askRedis, type BreakableLink, type RedisServer, type RunningProcess } from '@sallyport/lab/cluster';
import { type LedgerTail, type LifeEntry, monotonicMs, type Stamped, tailLedger } from '../ledger.ts';
import type { OutsideStrike, StruckFault } from './strike.ts';

/** A process that can be broken, with its own link to Redis. */
export interface Breakable {
  readonly name: string;
  /** Its file. */
  readonly ledger: string;
  readonly link: BreakableLink;
  readonly process: RunningProcess;
}

export interface FaultDriverOptions {
  readonly redis: RedisServer;
  readonly children: readonly Breakable[];
  readonly strikes: readonly OutsideStrike[];
}

const lookEveryMs = 5;

export class FaultDriver {
  readonly #struck: StruckFault[] = [];
  readonly #redis: RedisServer;
  readonly #children: readonly Breakable[];
  readonly #tails: readonly { readonly child: Breakable; readonly tail: LedgerTail<LifeEntry> }[];
  readonly #counts = new Map<string, number>();
  readonly #blocked = new Map<string, Stamped<LifeEntry & { event: 'struck' }>>();
  readonly #timer: NodeJS.Timeout;
  #waiting: OutsideStrike[];
  readonly #begun: { readonly strike: OutsideStrike; readonly over: Promise<void> }[] = [];
  readonly #underWay = new Set<Promise<void>>();
  #problem: unknown;

  constructor({ redis, children, strikes }: FaultDriverOptions) {
    this.#redis = redis;
    this.#children = children;
    this.#tails = children.map((child) => ({ child, tail: tailLedger<LifeEntry>(child.ledger) }));
    this.#waiting = [...strikes];
    this.#timer = setInterval(() => this.#look(), lookEveryMs);
  }

  get areUnderWay(): boolean {
    return this.#underWay.size > 0;
  }

  /** Waits for faults that have begun. @returns all that struck @throws what kept a fault from being mended */
  async finish(): Promise<readonly StruckFault[]> {
    this.#look();
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    if (this.#problem !== undefined) throw this.#problem;
    return [...this.#struck].sort((a, b) => a.from - b.from);
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const { tail } of this.#tails) tail.close();
  }

  #look(): void {
    for (const { child, tail } of this.#tails) for (const entry of tail.next()) this.#see(child, entry);
    for (const strike of this.#waiting) {
      if ((this.#counts.get(strike.after.event) ?? 0) < strike.after.count) continue;
      this.#waiting = this.#waiting.filter((other) => other !== strike);
      const before = this.#begun.filter((other) => excludeEachOther(strike, other.strike)).map(({ over }) => over);
      const over = Promise.all(before).then(() => this.#strike(strike));
      this.#begun.push({ strike, over });
      this.#keep(over);
    }
  }

  #keep(work: Promise<void>): void {
    const kept = work
      .catch((error: unknown) => {
        this.#problem ??= error;
      })
      .finally(() => this.#underWay.delete(kept));
    this.#underWay.add(kept);
  }

  #see(child: Breakable, entry: Stamped<LifeEntry>): void {
    this.#counts.set(entry.event, (this.#counts.get(entry.event) ?? 0) + 1);
    if (entry.event === 'mended') {
      const { at: from = entry.at, forMs = 0 } = this.#blocked.get(child.name) ?? {};
      const traces = entry.at - from >= forMs ? 1 : 0;
      this.#struck.push({ fault: 'worker-block', processes: [child.name], from, until: entry.at, traces });
    }
    if (entry.event !== 'struck') return;
    if (entry.fault === 'worker-kill') this.#keep(this.#seeDeath(child, entry.at));
    if (entry.fault === 'worker-freeze') this.#keep(this.#thawLater(child, entry.at, entry.forMs));
    if (entry.fault === 'worker-block') this.#blocked.set(child.name, entry);
  }

  async #seeDeath(child: Breakable, at: number): Promise<void> {
    const { signal } = await child.process.exited;
    const traces = signal === 'SIGKILL' ? 1 : 0;
    this.#struck.push({ fault: 'worker-kill', processes: [child.name], from: at, until: at, traces });
  }

  async #thawLater(child: Breakable, from: number, forMs: number): Promise<void> {
    // It has stopped itself; this resolves when the kernel says so.
    await child.process.freeze();
    await delay(forMs);
    const until = monotonicMs();
    await child.process.thaw();
    // On a busy machine the line is seen before the process has come to stop itself: then it does so now.
    for (let n = 0; n < 4 && child.process.isRunning; n++) {
      await delay(25);
      // It may have ended, of which others tell.
      await child.process.thaw().catch(() => {});
    }
    this.#struck.push({ fault: 'worker-freeze', processes: [child.name], from, until, traces: 1 });
  }

  async #strike(strike: OutsideStrike): Promise<void> {
    const { fault, targets } = strike;
    const hit = this.#children.filter(({ name }) => targets.includes(name));
    const from = monotonicMs();
    const traces =
      fault === 'redis-kill'
        ? await this.#killRedis(strike)
        : fault === 'script-flush'
          ? await this.#flushScripts()
          : await breakLinks(hit, strike);
    // Scripts that are gone are sent again: that must be seen by nobody.
    const concerned = fault === 'script-flush' ? [] : fault === 'redis-kill' ? this.#children : hit;
    const processes = concerned.map(({ name }) => name);
    this.#struck.push({ fault, processes, from, until: monotonicMs(), traces });
  }

  async #killRedis({ forMs }: OutsideStrike): Promise<number> {
    const { pid } = this.#redis;
    const { signal } = await this.#redis.kill();
    await delay(forMs);
    await this.#redis.restart();
    return signal === 'SIGKILL' && this.#redis.pid !== pid ? 1 : 0;
  }

  async #flushScripts(): Promise<number> {
    const { port } = this.#redis;
    const memory = await askRedis(['INFO', 'memory'], { port });
    await askRedis(['SCRIPT', 'FLUSH'], { port });
    return Number(/^number_of_cached_scripts:(\d+)/m.exec(memory)?.[1] ?? 0);
  }
}

/** A link that breaks while Redis is down, or while it is broken, is no fault of its own. */
function excludeEachOther(one: OutsideStrike, other: OutsideStrike): boolean {
  if (one.fault === 'redis-kill' || other.fault === 'redis-kill') return true;
  if (one.fault === 'script-flush' || other.fault === 'script-flush') return false;
  return one.targets.some((target) => other.targets.includes(target));
}

async function breakLinks(hit: readonly Breakable[], { fault, forMs, direction }: OutsideStrike): Promise<number> {
  const links = hit.map(({ link }) => link);
  const tracesOf = () => links.reduce((sum, { traces }) => sum + traces, 0);
  const before = tracesOf();
  for (const link of links) {
    if (fault === 'link-reset') link.reset();
    else if (fault === 'link-cut-before-reply') link.cutBeforeReply();
    else if (fault === 'link-half-open') link.halfOpen(direction);
    else link.blackHole();
  }
  const overAt = performance.now() + forMs;
  const isOver = () => fault === 'link-cut-before-reply' && links.every(({ awaitingCut }) => awaitingCut === 0);
  while (performance.now() < overAt && !isOver()) await delay(lookEveryMs);
  for (const link of links) link.heal();
  return tracesOf() - before;
}
