/** Takes one figure of one library, in the process that publishes; it starts the one that receives. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Samples } from '../benchmark.ts';
import { collectGarbage } from '../collect-garbage.ts';
import { payloadOf } from '../queue/payload.ts';
import { percentile } from '../queue/percentile.ts';
import { observeRedis, type RedisObserver } from '../redis-counters.ts';
import { atRate } from '../streams/at-rate.ts';
import type { FigureRequest } from './figures.ts';
import { end, nowMs, probe } from './receiver-messages.ts';
import { ReceiverProcess } from './receiver-process.ts';
import type { ChannelServer, OpenChannel } from './subject.ts';

/** Published and not received. Not all libraries tell when Redis has a message, so it is the receiver that tells. */
const underWay = 1_000;
const perSecond = 500;
/** The first half second of messages is not counted. */
const uncounted = 250;

/** @throws Error when a message is missed, comes twice or out of order, or could not be published */
export async function measureFigure(
  open: OpenChannel,
  { subject, figure, url, messages }: FigureRequest,
): Promise<Samples> {
  const observer = observeRedis(url);
  const receiver = new ReceiverProcess(subject, url);
  // It is a server like the other one, and hears what it publishes.
  const server = new Publisher(await open(url, () => {}));
  try {
    while (!receiver.hears()) {
      server.publish(probe);
      await delay(20);
    }
    // Loads the scripts and lets the compiler see every path.
    const some = Math.ceil(messages / 5);
    await receiver.expect(some);
    await publishAll(server, receiver, some);
    server.publish(end);
    await receiver.ended();

    collectGarbage();
    const samples = await take[figure](server, receiver, messages, observer);
    server.check();
    return samples;
  } finally {
    receiver.stop();
    await server.close();
    observer.close();
  }
}

const take = {
  rate: async (
    server: Publisher,
    receiver: ReceiverProcess,
    messages: number,
    observer: RedisObserver,
  ): Promise<Samples> => {
    await receiver.expect(messages);
    const redis = await observer.counters();
    const own = process.cpuUsage();
    const startedAt = performance.now();
    await publishAll(server, receiver, messages);
    const seconds = (performance.now() - startedAt) / 1000;
    const { user, system } = process.cpuUsage(own);
    const after = await observer.counters();
    server.publish(end);
    const { cpuMicros } = await receiver.ended();
    return {
      messagesPerSecond: messages / seconds,
      cpuMicrosPerMessage: (user + system + cpuMicros + after.cpuMicros - redis.cpuMicros) / messages,
    };
  },
  latency: async (server: Publisher, receiver: ReceiverProcess, messages: number): Promise<Samples> => {
    await receiver.expect(messages);
    const publishedAt = new Float64Array(messages);
    await atRate({ times: messages, perSecond }, (n) => {
      publishedAt[n] = nowMs();
      server.publish(n);
    });
    await receiver.hasReceived(messages);
    server.publish(end);
    const { receivedAt } = await receiver.ended();
    const latencies = receivedAt.map((at, n) => at - (publishedAt[n] ?? Number.NaN));
    const counted = latencies.subarray(Math.min(uncounted, messages >> 1));
    return { latencyP50Ms: percentile(counted, 50), latencyP99Ms: percentile(counted, 99) };
  },
};

async function publishAll(server: Publisher, receiver: ReceiverProcess, messages: number): Promise<void> {
  for (let n = 0; n < messages; n++) {
    if (n - receiver.received >= underWay) await receiver.hasReceived(n - underWay + 1);
    server.publish(n);
  }
  await receiver.hasReceived(messages);
}

/** Keeps what a server says of its messages. */
class Publisher {
  readonly #server: ChannelServer;
  #failure: { readonly error: unknown } | undefined;

  constructor(server: ChannelServer) {
    this.#server = server;
  }

  publish(n: number): void {
    this.#server.publish(payloadOf(n))?.then(undefined, (error: unknown) => {
      this.#failure ??= { error };
    });
  }

  /** @throws what a message could not be published with */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}
