/** Sallyport's streams at their defaults, but for heartbeat and claims: those are far oftener, so that a short run has them. */
import { connectRedis } from 'sallyport/redis';
import { createStream, redisStreamStore } from 'sallyport/streams';
import { payloadOf } from '../queue/payload.ts';
import { appendsUnderWay, consumedAtOnce, groupName, type OpenStream, type Payload } from './subject.ts';

/** By default 300,000 and 60,000. What is held is renewed twice a second, and others' idle events are looked for as often. */
const watchful = { claimAfterMs: 1_750, claimEveryMs: 500 };

export const openSallyport: OpenStream = async (url, name) => {
  // Far longer than an application's: a machine that stalls for a second must not end the measurement.
  const redis = connectRedis(url, { deadlineMs: 10_000 });
  const stream = createStream<Payload>(name, redisStreamStore(redis, { name }));
  return {
    key: `sallyport:stream:{${name}}`,
    append: (payload) => stream.append(payload),
    appendEach: async (events) => {
      let next = 0;
      const producer = async () => {
        while (next < events) await stream.append(payloadOf(next++));
      };
      await Promise.all(Array.from({ length: appendsUnderWay }, producer));
    },
    appendMany: (payloads) => stream.appendMany(payloads),
    consume: (handler) => {
      const options = { batchSize: consumedAtOnce, ...watchful };
      const consumer = stream.group(groupName).consume(({ event }) => handler(event), options);
      return { stop: () => consumer.close() };
    },
    close: async () => {
      await stream.close();
      await redis.close();
    },
  };
};
