/**
 * An order answers at once; the mail, the message, the stock and the invoice follow from the queue. `POST /orders?wait`
 * does all of it first, as one would without a queue, and every answer says how long it took.
 */
import { setTimeout as wait } from 'node:timers/promises';
import express from 'express';
import { createSallyport } from 'sallyport';
import { errorHandler } from 'sallyport/express';

interface Order {
  readonly orderId: string;
  readonly customer: string;
}

/** How long the services behind it take, in ms; a real shop would call them here. */
const services = { save: 200, mail: 3_000, sms: 2_000, stock: 500, invoice: 1_400 };
const speed = Number(process.env.SPEED ?? 1);
const call = (service: keyof typeof services) => wait(services[service] / speed);

const sallyport = createSallyport(); // REDIS_URL, or memory
const followUps = sallyport.queue<Order>('order-follow-ups', { resultTtlSeconds: 60 });
const steps = ['mail', 'sms', 'stock', 'invoice'] as const;
const handlers = Object.fromEntries(
  steps.map((step) => [
    step,
    async () => {
      await call(step);
      return `${step} done`;
    },
  ]),
);
const worker = followUps.process(handlers, { concurrency: 20 });

const app = express();
app.use(express.json());

app.post('/orders', async (request, response) => {
  const startedAt = performance.now();
  const order: Order = { orderId: String(request.body.orderId), customer: String(request.body.customer) };
  await call('save');
  if ('wait' in request.query) {
    for (const step of steps) await call(step);
  } else {
    // An id of its own for each step: an order that the browser sends twice is mailed once.
    await Promise.all(
      steps.map((step) => followUps.add(order, { type: step, id: `${order.orderId}.${step}`, key: order.customer })),
    );
  }
  response.status(201).json({ orderId: order.orderId, answeredAfterMs: Math.round(performance.now() - startedAt) });
});

app.get('/orders/:id', async (request, response) => {
  const done = await Promise.all(steps.map((step) => followUps.result(`${request.params.id}.${step}`)));
  response.json({ orderId: request.params.id, done: done.filter((result) => result !== undefined) });
});

app.use(errorHandler(sallyport));

process.once('SIGTERM', async () => {
  await worker.close({ deadlineMs: 10_000 });
  await sallyport.close();
  process.exit(0);
});

const server = app.listen(Number(process.env.PORT ?? 3_000), '127.0.0.1', () => {
  const address = server.address();
  console.log(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
});
