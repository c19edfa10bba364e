import { createSallyport } from 'sallyport';
import { expect, it } from 'vitest';
import { useRedisServer } from '../redis-server.ts';

const server = useRedisServer();

for (const where of ['memory', 'Redis']) {
  it(`sallyport.stream in ${where} is one stream for one name, and closes its consumers`, async () => {
    const redis = where === 'memory' ? 'memory' : server.url;
    const sallyport = createSallyport({ redis, namespace: 'shop', environment: {} });
    const orders = sallyport.stream<{ n: number }>('orders', { maxPayloadBytes: 100 });
    expect(sallyport.stream('orders')).toBe(orders);
    expect(() => sallyport.stream('orders', {})).toThrow(expect.objectContaining({ option: 'stream' }));
    const seen: number[] = [];
    const consumer = orders.group('g').consume(({ event }) => void seen.push(event.n));
    await orders.append({ n: 1 });
    await expect.poll(() => seen).toEqual([1]);
    if (sallyport.redis !== undefined) {
      expect(await sallyport.redis.command(['XLEN', 'shop:stream:{orders}'])).toBe(1);
    }
    await sallyport.close();
    expect(consumer.active).toBe(0);
  });
}
