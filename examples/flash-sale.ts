/**
 * A flash sale: thousands of requests within a second, a hundred worked on a second, and never more sold than there is.
 * Writes what came in and what was worked on, second by second, to flash-sale.svg.
 */
import { writeFile } from 'node:fs/promises';
import { createSallyport } from 'sallyport';
import { parse, View } from 'vega';

const requests = Number(process.env.REQUESTS ?? 3_000);
const stock = Number(process.env.STOCK ?? 500);
const perSecond = Number(process.env.PER_SECOND ?? 100);

const sallyport = createSallyport({ redis: process.env.REDIS_URL ?? 'redis://127.0.0.1:6379', deadlineMs: 5_000 });
const { redis } = sallyport;
if (redis === undefined) throw new Error('The stock is kept in Redis: set REDIS_URL.');
const sale = sallyport.queue<{ readonly customer: number }>('flash-sale');
const soldKey = 'flash-sale:{sold}';
await redis.command(['DEL', soldKey]);

/** Safe to repeat: an order that was sold before stays sold, and takes no second piece. */
const sell = `if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 1 then return 1 end
if redis.call('SCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
return redis.call('SADD', KEYS[1], ARGV[1])`;

const arrivals: number[] = [];
const worked: number[] = [];
let sold = 0;
let refused = 0;
let finish = () => {};
const allWorked = new Promise<void>((resolve) => {
  finish = resolve;
});
const startedAt = performance.now();

// Two workers, as on two servers: the limit holds for both together.
for (let i = 0; i < 2; i++) {
  sale.process(
    async ({ id }) => {
      const got = await redis.command(['EVAL', sell, '1', soldKey, id, String(stock)], { key: soldKey });
      if (got === 1) sold++;
      else refused++;
      worked.push(performance.now() - startedAt);
      if (worked.length === requests) finish();
    },
    { concurrency: 50, limit: { max: perSecond, perSeconds: 1 } },
  );
}

await Promise.all(
  Array.from({ length: requests }, async (_, customer) => {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 1_000));
    await sale.add({ customer }, { id: `order-${customer}` });
    arrivals.push(performance.now() - startedAt);
  }),
);
console.log(`${requests} orders came in within ${Math.round(performance.now() - startedAt)} ms`);
await allWorked;
const kept = Number(await redis.command(['SCARD', soldKey]));
console.log(
  `${sold} sold, ${refused} refused, ${kept} of ${stock} pieces gone, in ${Math.round(performance.now() - startedAt)} ms`,
);

await writeFile('flash-sale.svg', await chart());
await sallyport.close();
if (kept > stock || sold !== Math.min(stock, requests)) process.exitCode = 1;

function perSecondOf(times: readonly number[], series: string): { second: number; orders: number; series: string }[] {
  const seconds = Math.ceil((worked.at(-1) ?? 0) / 1000) + 1;
  return Array.from({ length: seconds }, (_, second) => ({
    second,
    orders: times.filter((ms) => Math.floor(ms / 1000) === second).length,
    series,
  }));
}

async function chart(): Promise<string> {
  const x = { scale: 'x', field: 'second' };
  const y = { scale: 'y', field: 'orders' };
  const stroke = { scale: 'series', field: 'series' };
  const view = new View(
    parse({
      width: 720,
      height: 260,
      padding: 10,
      title: `${requests} orders come in, ${perSecond} a second are worked on`,
      data: [{ name: 'orders', values: [...perSecondOf(arrivals, 'came in'), ...perSecondOf(worked, 'worked on')] }],
      scales: [
        { name: 'x', type: 'linear', domain: { data: 'orders', field: 'second' }, range: 'width' },
        { name: 'y', type: 'symlog', domain: { data: 'orders', field: 'orders' }, range: 'height', nice: true },
        { name: 'series', type: 'ordinal', domain: ['came in', 'worked on'], range: ['#c2571a', '#1f6f8b'] },
      ],
      axes: [
        { orient: 'bottom', scale: 'x', title: 'second' },
        { orient: 'left', scale: 'y', title: 'orders in this second', values: [0, 10, 100, 1000, 10_000] },
      ],
      legends: [{ stroke: 'series', orient: 'top-right' }],
      marks: [
        {
          type: 'group',
          from: { facet: { name: 'line', data: 'orders', groupby: 'series' } },
          marks: [
            { type: 'line', from: { data: 'line' }, encode: { update: { x, y, stroke, strokeWidth: { value: 2 } } } },
          ],
        },
      ],
    }),
    { renderer: 'none' },
  );
  return view.toSVG();
}
