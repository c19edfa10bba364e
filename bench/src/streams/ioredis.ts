/**
 * Redis' own commands by hand: XADD in pipelines; XREADGROUP on a connection that may block, and XACK of the whole batch on
 * another. No retry, no claim, no heartbeat, no dead letter.
 */
import { Redis } from 'ioredis';
import { payloadOf } from '../queue/payload.ts';
import { appendsUnderWay, consumedAtOnce, groupName, type OpenStream, type Payload } from './subject.ts';

type Reply = [[key: string, entries: [id: string, fields: string[]][]]] | null;

const pipelineSize = 250;

export const openIoredis: OpenStream = async (url, name) => {
  const redis = new Redis(url, { protocol: 2 });
  const reading = new Redis(url, { protocol: 2 });

  async function appendPipeline(payloads: readonly Payload[]): Promise<void> {
    const pipeline = redis.pipeline();
    for (const payload of payloads) pipeline.xadd(name, '*', 'event', JSON.stringify(payload));
    for (const [error] of (await pipeline.exec()) ?? []) if (error !== null) throw error;
  }

  async function consumeUntil(isStopped: () => boolean, handler: (payload: Payload) => void): Promise<void> {
    await redis.xgroup('CREATE', name, groupName, '0', 'MKSTREAM').catch((error: Error) => {
      if (!error.message.includes('BUSYGROUP')) throw error;
    });
    const from = ['GROUP', groupName, 'by-hand', 'COUNT', consumedAtOnce, 'BLOCK', 0, 'STREAMS', name, '>'] as const;
    let acknowledged: Promise<unknown> = Promise.resolve();
    while (!isStopped()) {
      const reply = (await reading.xreadgroup(...from)) as Reply;
      if (reply === null) continue;
      const ids: string[] = [];
      for (const [id, fields] of reply[0][1]) {
        handler(JSON.parse(fields[1] ?? '') as Payload);
        ids.push(id);
      }
      // The next batch is read meanwhile.
      acknowledged = redis.xack(name, groupName, ...ids);
      acknowledged.catch(() => {});
    }
    await acknowledged;
  }

  return {
    key: name,
    append: (payload) => redis.xadd(name, '*', 'event', JSON.stringify(payload)),
    appendEach: async (events) => {
      let next = 0;
      const producer = async () => {
        while (next < events) {
          const size = Math.min(pipelineSize, events - next);
          const from = next;
          next += size;
          await appendPipeline(Array.from({ length: size }, (_, index) => payloadOf(from + index)));
        }
      };
      await Promise.all(Array.from({ length: appendsUnderWay / pipelineSize }, producer));
    },
    appendMany: appendPipeline,
    consume: (handler) => {
      let stopped = false;
      // What fails before leaves the tally incomplete.
      const consuming = consumeUntil(() => stopped, handler).catch((error: unknown) => {
        if (!stopped) throw error;
      });
      consuming.catch(() => {});
      return {
        stop: async () => {
          stopped = true;
          reading.disconnect();
          await consuming;
        },
      };
    },
    close: async () => {
      reading.disconnect();
      await redis.quit();
    },
  };
};
