/** The channels benchmark itself: that it finds lost, doubled and disordered messages, and gives every figure. */
import { startRedis } from '@sallyport/lab/cluster';
import { expect, onTestFinished, test } from 'vitest';
import { measureFigure } from '../src/channels/measure-figure.ts';
import { Receiver } from '../src/channels/receiver.ts';
import { end, type FromReceiver, probe } from '../src/channels/receiver-messages.ts';
import { openSallyport } from '../src/channels/sallyport.ts';
import type { OpenChannel, Payload } from '../src/channels/subject.ts';
import { openChannel, type SubjectName } from '../src/channels/subjects.ts';
import { payloadOf } from '../src/queue/payload.ts';

async function redisUrl(): Promise<string> {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  return redis.url;
}

test.each(Object.keys(openChannel) as SubjectName[])(
  '%s: every figure, with each message received once and in order by another process',
  async (subject) => {
    const take = async (figure: 'rate' | 'latency', messages: number) =>
      measureFigure(openChannel[subject], { subject, figure, url: await redisUrl(), messages });
    const rate = await take('rate', 3_000);
    expect(rate.messagesPerSecond).toBeGreaterThan(1);
    expect(rate.cpuMicrosPerMessage).toBeGreaterThan(0);
    const latency = await take('latency', 100);
    expect(latency.latencyP50Ms).toBeGreaterThan(0);
    expect(latency.latencyP50Ms).toBeLessThan(10_000);
    expect(latency.latencyP99Ms).toBeGreaterThanOrEqual(latency.latencyP50Ms ?? Number.NaN);
  },
  60_000,
);

test('a message that cannot be published is reported', async () => {
  const refusing: OpenChannel = async (url, heard) => {
    const server = await openSallyport(url, heard);
    return {
      ...server,
      publish: async (payload) => {
        await server.publish(payload);
        if (payload.n === 7) throw new Error('refused');
      },
    };
  };
  const request = { subject: 'sallyport', figure: 'rate', url: await redisUrl(), messages: 1_000 } as const;
  await expect(measureFigure(refusing, request)).rejects.toThrow('refused');
});

function received(numbers: readonly number[]): FromReceiver | undefined {
  const told: FromReceiver[] = [];
  const receiver = new Receiver((message) => told.push(message));
  receiver.heard(payloadOf(probe));
  receiver.expect(3);
  for (const n of [...numbers, end]) receiver.heard({ n } as Payload);
  expect(told.slice(0, 2)).toEqual([{ kind: 'heard' }, { kind: 'expecting' }]);
  return told.at(-1);
}

test.each([
  ['is missed', [0, 2], /1 had not run and 0 had run more than once/],
  ['comes twice', [0, 1, 1, 2], /0 had not run and 1 had run more than once/],
  ['comes too early', [1, 0, 2], /2 messages came out of order/],
])('a message that %s is found', (_name, numbers, message) => {
  expect(received(numbers)).toEqual({ kind: 'failed', message: expect.stringMatching(message) });
});

test('what came in order and once is told with its times', () => {
  const answer = received([0, 1, 2]);
  expect(answer).toMatchObject({ kind: 'ended' });
  if (answer?.kind !== 'ended') return;
  expect([...answer.receivedAt]).toEqual([...answer.receivedAt].sort((a, b) => a - b));
  expect(answer.receivedAt[0]).toBeGreaterThan(0);
});
