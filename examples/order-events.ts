/**
 * One event, `order_created`, and three services that do not know each other: each reads it in a group of its own. The
 * e-mail service goes down while orders come in. The others do not notice; when it is back it catches up, and nothing is
 * lost.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { createSallyport } from 'sallyport';
import type { Consumer, ConsumerGroup } from 'sallyport/streams';

interface OrderCreated {
  readonly type: 'order_created';
  readonly orderId: string;
}

const total = Number(process.env.ORDERS ?? 300);
const perSecond = Number(process.env.PER_SECOND ?? 100);

// REDIS_URL, or memory. Nobody waits for an answer, so Redis may take its time.
const sallyport = createSallyport({ deadlineMs: 5_000 });
const orders = sallyport.stream<OrderCreated>('order-events');
const placedAtMs = new Map<string, number>();

class Service {
  readonly group: ConsumerGroup<OrderCreated>;
  /** How long after it was placed each order was handled, in ms. */
  readonly delayMs = new Map<string, number>();
  /** Came a second time, since the first could not be acknowledged; the id tells, so nothing is done twice. */
  repeated = 0;
  readonly #workMs: number;
  #consumer: Consumer<OrderCreated> | undefined;

  constructor(name: string, workMs: number) {
    this.group = orders.group(name, { from: 'now' });
    this.#workMs = workMs;
  }

  up(): void {
    this.#consumer = this.group.consume(async ({ event: { orderId }, signal }) => {
      await wait(this.#workMs, undefined, { signal });
      if (this.delayMs.has(orderId)) this.repeated++;
      else this.delayMs.set(orderId, performance.now() - (placedAtMs.get(orderId) ?? 0));
    });
  }

  /** At once, in the midst of an order. */
  async down(): Promise<void> {
    while (this.#consumer?.active === 0) await wait(1);
    await this.#consumer?.close({ deadlineMs: 0 });
  }

  /** Resolves when so many were handled, and Redis knows it. */
  async hasHandled(count: number): Promise<void> {
    const lateAt = performance.now() + 30_000;
    while (this.delayMs.size < count || ((await this.group.info())?.pending ?? 0) > 0) {
      if (performance.now() > lateAt)
        throw new Error(`${this.group.name} has handled ${this.delayMs.size} of ${count}.`);
      await wait(5);
    }
  }

  medianMs(from: number, to: number): number {
    const placed = [...placedAtMs.keys()].slice(from, to);
    const delays = placed.flatMap((id) => this.delayMs.get(id) ?? []).sort((a, b) => a - b);
    return Math.round(delays[Math.floor(delays.length / 2)] ?? Number.NaN);
  }
}

const inventory = new Service('inventory', 2);
const email = new Service('e-mail', 4);
const logistics = new Service('logistics', 3);
const services = [inventory, email, logistics];

for (const service of services) {
  // What an earlier run has left in Redis is not read again.
  await service.group.remove();
  await service.group.create();
  service.up();
}

async function place(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const orderId = randomUUID();
    placedAtMs.set(orderId, performance.now());
    // An order that is placed twice, since its first answer was lost, is one event.
    await orders.append({ type: 'order_created', orderId }, { key: orderId });
    await wait(1_000 / perSecond);
  }
}

const third = Math.floor(total / 3);
const handled = (among: readonly Service[], count: number) => Promise.all(among.map((each) => each.hasHandled(count)));

await place(third);
await handled(services, third);

console.log(`${third} orders are handled; the e-mail service goes down, and ${third} more are placed.`);
const placing = place(third);
await email.down();
await placing;
await handled([inventory, logistics], 2 * third);
const meanwhile = services.map(({ delayMs }) => delayMs.size);
const waiting = await Promise.all(services.map(async ({ group }) => group.info()));

console.log(`The e-mail service is back, while ${total - 2 * third} more are placed.`);
email.up();
await place(total - 2 * third);
await handled(services, total);

// Orders handled so far at each moment, and how long they took from being placed (the median).
console.table(
  Object.fromEntries(
    services.map((service, index) => [
      service.group.name,
      {
        before: third,
        'e-mail down': meanwhile[index],
        waiting: (waiting[index]?.lag ?? 0) + (waiting[index]?.pending ?? 0),
        'in the end': service.delayMs.size,
        lost: total - service.delayMs.size,
        repeated: service.repeated,
        'delay before, ms': service.medianMs(0, third),
        'delay then, ms': service.medianMs(third, 2 * third),
      },
    ]),
  ),
);
await sallyport.close();
if (services.some(({ delayMs }) => delayMs.size !== total)) process.exitCode = 1;
