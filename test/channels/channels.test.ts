import { spawn } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { createSallyport, InvalidOptionError } from 'sallyport';
import { type Channels, createChannels, memoryChannelStore } from 'sallyport/channels';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Cursor } from '../../src/channels/cursor.ts';
import { compareIds } from '../../src/channels/stream-id.ts';
import { collector, numbers } from '../contracts/channel-store.ts';
import { manualClock } from '../manual-clock.ts';
import { useRedisServer } from '../redis-server.ts';
import { until } from '../until.ts';

function open(): Channels {
  const channels = createChannels(memoryChannelStore());
  onTestFinished(() => channels.close());
  return channels;
}

function hear(event: string): unknown[] {
  const told: unknown[] = [];
  const listener = (message: unknown) => told.push(message);
  subscribe(`sallyport:channel.${event}`, listener);
  onTestFinished(() => void unsubscribe(`sallyport:channel.${event}`, listener));
  return told;
}

const even: StandardSchemaV1<unknown, number> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: async (value) =>
      typeof value === 'number' && value % 2 === 0 ? { value } : { issues: [{ message: `odd: ${value}` }] },
  },
};

describe('handlers', () => {
  it('that fail reach no other handler and no later message', async () => {
    const told = hear('handler.failed');
    const channel = open().channel<number>('room');
    const [error, late] = [new Error('at once'), new Error('later')];
    const seen = collector<number>();
    const called: number[] = [];
    await channel.subscribe((n) => {
      called.push(n);
      if (n === 0) throw error;
      if (n === 1) return Promise.reject(late);
      return undefined;
    });
    await channel.subscribe(seen.handler);
    for (const n of numbers(4)) await channel.publish(n);
    await seen.count(4);
    await until(() => called, numbers(4));
    expect(told).toEqual([
      { channel: 'room', error },
      { channel: 'room', error: late },
    ]);
  });

  it('are called one after another, or with ordered: false as messages come', async () => {
    const channel = open().channel<number>('room');
    const log: string[] = [];
    const opens: (() => void)[] = [];
    const handler = (name: string) => async (n: number) => {
      log.push(`${name} ${n}`);
      await new Promise<void>((resolve) => opens.push(resolve));
      log.push(`${name} ${n} done`);
    };
    await channel.subscribe(handler('one'));
    await channel.subscribe(handler('many'), { ordered: false });
    for (const n of numbers(3)) await channel.publish(n);
    await until(() => log.length, 4);
    expect(log.toSorted()).toEqual(['many 0', 'many 1', 'many 2', 'one 0']);
    for (let next = opens.shift(); next !== undefined || log.length < 12; next = opens.shift()) {
      next?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(log.filter((line) => line.startsWith('one'))).toEqual(
      numbers(3).flatMap((n) => [`one ${n}`, `one ${n} done`]),
    );
  });

  it('may publish, subscribe and close while they run', async () => {
    const channels = open();
    const channel = channels.channel<number>('room', { durable: true });
    const [first, second] = [collector<number>(), collector<number>()];
    await channel.subscribe(async (n, details) => {
      first.handler(n, details);
      if (n < 5) await channel.publish(n + 1);
    });
    const subscription = await channel.subscribe(async (n, details) => {
      second.handler(n, details);
      if (n === 3) await subscription.close();
    });
    await channel.publish(0);
    await first.count(6);
    expect([first.got, second.got]).toEqual([numbers(6), numbers(4)]);
  });

  it('are not called any more once close was called', async () => {
    const channel = open().channel<number>('room');
    const seen = collector<number>();
    const subscription = await channel.subscribe(seen.handler);
    await channel.publish(1);
    await subscription.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen.got).toEqual([]);
  });
});

describe('messages()', () => {
  it('is a loop that ends by break, by a signal and by unsubscribeAll, and leaves no subscription', async () => {
    const channels = open();
    const channel = channels.channel<number>('room', { durable: true });
    for (const n of numbers(5)) await channel.publish(n);
    const got: number[] = [];
    for await (const { message, id } of channel.messages({ after: '0' })) {
      expect(id).toMatch(/^\d+-\d+$/);
      if (got.push(message) === 3) break;
    }
    expect([got, await channel.count()]).toEqual([[0, 1, 2], 0]);
    const control = new AbortController();
    const ended = (async () => {
      for await (const { message } of channel.messages({ signal: control.signal })) got.push(message);
    })();
    await until(() => channel.count(), 1);
    await channel.publish(9);
    await until(() => got.length, 4);
    control.abort();
    await ended;
    expect(await channel.count()).toBe(0);
    const closed = channel.messages().next();
    await until(() => channel.count(), 1);
    await channels.unsubscribeAll();
    expect(await closed).toEqual({ done: true, value: undefined });
    expect(await channel.messages({ signal: AbortSignal.abort() }).next()).toEqual({ done: true, value: undefined });
  });

  it('tells a loop that was too slow', async () => {
    const channel = open().channel<number>('room');
    const messages = channel.messages({ bufferSize: 3 });
    const first = messages.next();
    await until(() => channel.count(), 1);
    for (const n of numbers(10)) await channel.publish(n);
    expect((await first).value).toMatchObject({ message: 0 });
    await expect(messages.next()).rejects.toMatchObject({ code: 'ERR_CHANNEL_SLOW' });
    expect(await channel.count()).toBe(0);
  });
});

describe('messages that cannot be read', () => {
  it('are left out and told, without a word of what they hold', async () => {
    const told = hear('message.undecodable');
    const store = memoryChannelStore();
    const channels = createChannels(store);
    onTestFinished(() => channels.close());
    const seen = collector<number>();
    const channel = channels.channel('room', { schema: even });
    const subscription = await channel.subscribe(seen.handler);
    for (const payload of ['{secret', '7', '', '8']) await store.publish('room', false, payload);
    await seen.count(1);
    expect([seen.got, subscription.lastId]).toEqual([[8], undefined]);
    expect(told).toEqual(['not-json', 'schema', 'not-json'].map((reason) => ({ channel: 'room', reason })));
    await expect(channel.publish(3)).rejects.toMatchObject({ code: 'ERR_PAYLOAD' });
    await expect(channel.publish(undefined as never)).rejects.toMatchObject({ code: 'ERR_PAYLOAD' });
    await expect(channels.channel('x', { maxPayloadBytes: 10 }).publish('x'.repeat(9))).rejects.toMatchObject({
      code: 'ERR_PAYLOAD',
    });
  });
});

describe('options', () => {
  const channels = open.bind(undefined);

  it.each([
    ['', {}, 'channel'],
    ['a b', {}, 'channel'],
    ['a\n', {}, 'channel'],
    ['\ud800', {}, 'channel'],
    ['x'.repeat(257), {}, 'channel'],
    ['a', { maxPayloadBytes: 0 }, 'maxPayloadBytes'],
    ['a', { sharded: 1 }, 'sharded'],
    ['a', { durable: 7 }, 'durable'],
    ['a', { durable: null }, 'durable'],
    ['a', { durable: { maxLength: 0 } }, 'durable.maxLength'],
    ['a', { durable: { maxAgeSeconds: 1.5 } }, 'durable.maxAgeSeconds'],
  ])('of a channel are refused by name: %j %j', (name, options, option) => {
    try {
      channels().channel(name, options as never);
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidOptionError);
      expect(error).toMatchObject({ option });
      return;
    }
    throw new Error('was accepted');
  });

  it.each([
    [{ after: '1-1' }, {}, 'after'],
    [{ after: 'x' }, { durable: true }, 'after'],
    [{ after: '1' }, { durable: true }, 'after'],
    [{ after: '01-1' }, { durable: true }, 'after'],
    [{ bufferSize: 0 }, {}, 'bufferSize'],
    [{ ordered: 'yes' }, {}, 'ordered'],
    [{ onGap: 1 }, {}, 'onGap'],
  ])('of a subscription are refused by name: %j', async (options, channelOptions, option) => {
    const channel = open().channel('a', channelOptions);
    await expect(channel.subscribe(() => {}, options as never)).rejects.toMatchObject({ option });
    await expect(channel.subscribe(undefined as never)).rejects.toMatchObject({ option: 'handler' });
  });

  it('of several channels and patterns are refused by name', async () => {
    const all = open();
    await expect(all.subscribe([7 as never], () => {})).rejects.toMatchObject({ option: 'channels' });
    await expect(all.subscribePattern('a b', () => {})).rejects.toMatchObject({ option: 'pattern' });
  });
});

describe('durable channels', () => {
  it('compare ids as numbers', () => {
    const ids = ['0-0', '0-1', '9-1', '10-0', '10-9', '10-10', '1700000000000-0', '18446744073709551615-1'];
    expect(ids.toReversed().sort(compareIds)).toEqual(ids);
    expect(compareIds('5-5', '5-5')).toBe(0);
  });

  it('know what is missing from what each message says of the one before it', () => {
    const place = { channel: 'room', isSharded: false, maxLength: 10, maxAgeMs: 1_000 };
    const message = (id: string, previous: string) => ({ id, previous, payload: '1' });
    const told = (cursor: Cursor, ...kept: Parameters<Cursor['take']>) =>
      cursor.take(...kept).map(({ gap, message: each }) => gap?.reason ?? each?.id);
    const nowMs = 60_000;
    const at = () => new Cursor(place, '59000-1', true);
    expect(told(at(), { messages: [message('59000-2', '59000-1')], lastId: '59000-2', nowMs })).toEqual(['59000-2']);
    expect(told(at(), { messages: [message('59500-0', '59400-0')], lastId: '59500-0', nowMs })).toEqual([
      'trimmed',
      '59500-0',
    ]);
    // Another stream under the same name.
    expect(told(at(), { messages: [message('59500-0', '0-0')], lastId: '59500-0', nowMs })).toEqual([
      'reset',
      '59500-0',
    ]);
    expect(told(at(), { messages: [], lastId: '58000-0', nowMs })).toEqual(['reset']);
    expect(told(at(), { messages: [], lastId: '0-0', nowMs: 59_900 })).toEqual(['reset']);
    // One that was forgotten for its age, which is as good as trimmed.
    expect(told(at(), { messages: [], lastId: '0-0', nowMs })).toEqual(['trimmed']);
    expect(told(at(), { messages: [], lastId: '59700-0', nowMs })).toEqual(['trimmed']);
    expect(told(at(), { messages: [], lastId: '59000-1', nowMs })).toEqual([]);
    const oldest = new Cursor(place, '0-0', false);
    expect(told(oldest, { messages: [message('59500-0', '59400-0')], lastId: '59500-0', nowMs })).toEqual(['59500-0']);
  });

  it('pass on what was published without being kept, and take nothing for its place', async () => {
    const store = memoryChannelStore();
    const channels = createChannels(store);
    onTestFinished(() => channels.close());
    const channel = channels.channel<number>('room', { durable: true });
    const seen = collector<number>();
    const subscription = await channel.subscribe(seen.handler);
    const { id } = await channel.publish(1);
    await channels.channel<number>('room').publish(2);
    await channel.publish(3);
    await seen.count(3);
    expect(seen.details.map((each) => each.id !== undefined)).toEqual([true, false, true]);
    expect([seen.got, seen.details.map(({ gap }) => gap)]).toEqual([
      [1, 2, 3],
      [undefined, undefined, undefined],
    ]);
    expect(compareIds(subscription.lastId!, id!)).toBeGreaterThan(0);
  });

  it('forget in memory, as in Redis, what is too old and channels that nobody publishes to', async () => {
    const clock = manualClock();
    const store = memoryChannelStore({ clock });
    const place = { channel: 'room', isSharded: false, maxLength: 1_000, maxAgeMs: 1_000 };
    for (const n of numbers(300)) {
      await store.append(place, String(n));
      clock.advance(10);
    }
    const kept = await store.read('room', '0-0', 1_000);
    expect(kept.messages.length).toBeLessThan(250);
    expect(kept.messages.at(-1)?.payload).toBe('299');
    clock.advance(1_000);
    expect(await store.read('room', '0-0', 1_000)).toMatchObject({ messages: [], lastId: '0-0' });
  });
});

describe('createSallyport', () => {
  const server = useRedisServer();

  it('has channels, over Redis between two processes', async () => {
    const sallyport = createSallyport({ redis: server.url, deadlineMs: 5_000, environment: {} });
    onTestFinished(() => sallyport.close());
    const chat = sallyport.channel<number>('chat', { durable: true });
    await chat.publish(0);
    const child = spawn(
      process.execPath,
      [
        '--import',
        import.meta.resolve('tsx'),
        '--conditions=sallyport-source',
        join(import.meta.dirname, 'other-main.ts'),
      ],
      {
        env: { ...process.env, REDIS_URL: server.url, SALLYPORT_REDIS_DEADLINE_MS: '5000' },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    onTestFinished(() => void child.kill('SIGKILL'));
    // After its exit lines may still be on their way.
    const closed = once(child, 'close');
    const lines: unknown[] = [];
    createInterface(child.stdout).on('line', (line) => lines.push(JSON.parse(line)));
    await until(() => lines.includes('subscribed'), true);
    expect(await sallyport.channels.counts(['chat'])).toEqual(new Map([['chat', 1]]));
    const here = collector<number>();
    await chat.subscribe(here.handler);
    await until(() => chat.count(), 2);
    for (const n of numbers(99, 1)) expect((await chat.publish(n)).receivers).toBe(2);
    await closed;
    // The answer of the other process, which heard it too.
    await until(() => here.got, numbers(100, 1));
    const heard = lines.filter((line) => line !== 'subscribed') as { message: number }[];
    expect(heard.map(({ message }) => message)).toEqual(numbers(101));
    await until(() => chat.count(), 1);
  });
});
