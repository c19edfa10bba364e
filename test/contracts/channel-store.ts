import { setImmediate as turn } from 'node:timers/promises';
import { type ChannelStore, type Channels, createChannels, type MessageDetails } from 'sallyport/channels';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../until.ts';

/** A store under test. */
export interface ChannelStoreSubject {
  readonly store: ChannelStore;
  /** The same channels as another process sees them, over connections of its own; in memory the same store. */
  another(): Promise<ChannelStore>;
  /** How many connections two stores of the subject have: in memory they are one. */
  readonly connections: 1 | 2;
  /** Whether patterns are counted by `publish`: on a cluster their node may be another than the channel's. */
  readonly countsPatterns: boolean;
  close(): Promise<void>;
}

let names = 0;
/** Names that no other test uses. */
const newName = (): string => `room:${names++}`;

/** A handler that keeps what it got, and says when there are so many. */
export function collector<Message = unknown>() {
  const got: Message[] = [];
  const details: MessageDetails[] = [];
  return {
    got,
    details,
    handler: (message: Message, detail: MessageDetails) => {
      got.push(message);
      details.push(detail);
    },
    count: (count: number) => until(() => got.length, count),
  };
}

export const numbers = (count: number, first = 0): number[] => Array.from({ length: count }, (_, n) => first + n);

/** What every channel store promises, seen through `createChannels`. */
export function describeChannelStore(name: string, make: () => Promise<ChannelStoreSubject>): void {
  describe.concurrent(`channel store contract: ${name}`, () => {
    let subject: ChannelStoreSubject;
    let channels: Channels;
    let others: Channels;
    beforeAll(async () => {
      subject = await make();
      channels = createChannels(subject.store);
      others = createChannels(await subject.another());
    });
    afterAll(() => subject.close());

    for (const sharded of [false, true]) {
      describe(sharded ? 'sharded' : 'plain', () => {
        it('sends a message to all who are subscribed, in order, and says how many got it', async () => {
          const room = newName();
          const [channel, same] = [channels.channel(room, { sharded }), others.channel(room, { sharded })];
          expect(await channel.publish('nobody')).toEqual({ receivers: 0, id: undefined });
          const [one, two] = [collector(), collector()];
          await channel.subscribe(one.handler);
          expect(await channel.publish('first')).toMatchObject({ receivers: 1 });
          await same.subscribe(two.handler);
          for (const n of numbers(50)) {
            expect(await (n % 2 === 0 ? channel : same).publish({ n })).toMatchObject({
              receivers: subject.connections,
            });
          }
          await one.count(51);
          await two.count(50);
          expect(two.got).toEqual(numbers(50).map((n) => ({ n })));
          expect(one.got).toEqual(['first', ...two.got]);
          expect(new Set(one.details.map(({ channel: from }) => from))).toEqual(new Set([room]));
        });

        it('shares one subscription between the handlers of a process, and gives it up with the last', async () => {
          const room = newName();
          const channel = channels.channel<number>(room, { sharded });
          const [one, two] = [collector<number>(), collector<number>()];
          const first = await channel.subscribe(one.handler);
          const second = await channel.subscribe(two.handler);
          expect([await channel.count(), (await channel.publish(1)).receivers]).toEqual([1, 1]);
          await two.count(1);
          await first.close();
          expect([await channel.count(), (await channel.publish(2)).receivers]).toEqual([1, 1]);
          await two.count(2);
          await second.close();
          expect(await second.ended).toBeUndefined();
          expect([await channel.count(), (await channel.publish(3)).receivers]).toEqual([0, 0]);
          expect([one.got, two.got]).toEqual([[1], [1, 2]]);
          const again = await channel.subscribe(one.handler);
          await channel.publish(4);
          await one.count(2);
          await again.close();
        });

        it('begins and ends subscriptions in the middle of each other', async () => {
          const channel = channels.channel<number>(newName(), { sharded });
          for (const n of numbers(20)) {
            const seen = collector<number>();
            const old = await channel.subscribe(seen.handler);
            const closing = old.close();
            const fresh = await channel.subscribe(seen.handler);
            await closing;
            expect((await channel.publish(n)).receivers).toBe(1);
            await seen.count(1);
            await fresh.close();
          }
          expect(await channel.count()).toBe(0);
        });
      });
    }

    it('subscribes one handler to many channels, of both kinds', async () => {
      const [a, b, c] = [newName(), newName(), newName()];
      const shard = channels.channel(c, { sharded: true });
      const seen = collector();
      const subscription = await channels.subscribe([a, channels.channel(b), shard], seen.handler);
      expect(subscription.sources).toEqual([a, b, c]);
      for (const channel of [others.channel(a), others.channel(b), others.channel(c, { sharded: true })]) {
        await channel.publish(channel.name);
        await seen.count(seen.got.length === 0 ? 1 : seen.got.length);
      }
      await seen.count(3);
      expect(seen.details.map(({ channel }) => channel)).toEqual(seen.got);
      expect(await others.counts([a, b, shard])).toEqual(
        new Map([
          [a, 1],
          [b, 1],
          [c, 1],
        ]),
      );
      await subscription.close();
      expect([...(await others.counts([a, b, shard])).values()]).toEqual([0, 0, 0]);
    });

    it('subscribes by pattern, beside the name', async () => {
      const room = newName();
      const pattern = `${room}:*`;
      const seen = collector();
      const [byPattern, byName] = [collector(), collector()];
      const subscription = await channels.subscribePattern(pattern, byPattern.handler);
      await channels.channel(`${room}:chat`).subscribe(byName.handler);
      await channels.subscribePattern('nothing*', seen.handler);
      const { receivers } = await others.channel(`${room}:chat`).publish('hello');
      if (subject.countsPatterns) expect(receivers).toBe(2);
      else expect(receivers).toBeGreaterThanOrEqual(1);
      await byPattern.count(1);
      await byName.count(1);
      expect(byPattern.details[0]).toEqual({ channel: `${room}:chat`, pattern, id: undefined, gap: undefined });
      expect(byName.details[0]).toEqual({ channel: `${room}:chat`, pattern: undefined, id: undefined, gap: undefined });
      const durable = others.channel(`${room}:kept`, { durable: true });
      const { id } = await durable.publish({ kept: true });
      await byPattern.count(2);
      expect([byPattern.got[1], byPattern.details[1]?.id]).toEqual([{ kept: true }, id]);
      await subscription.close();
      await others.channel(`${room}:chat`).publish('later');
      await byName.count(2);
      expect([byPattern.got.length, seen.got]).toEqual([2, []]);
    });

    it('carries JSON as it is', async () => {
      const channel = channels.channel(newName());
      const durable = channels.channel(newName(), { durable: true });
      const odd = [
        null,
        0,
        -1.5,
        '',
        ' ',
        '1-1 0-0 x',
        'a\nb\r\n',
        'Zoë 张 🚪',
        [[]],
        { a: { b: [null] } },
        'x'.repeat(60_000),
      ];
      for (const each of [channel, durable]) {
        const seen = collector();
        await each.subscribe(seen.handler);
        for (const message of odd) await each.publish(message);
        await seen.count(odd.length);
        expect(seen.got).toEqual(odd);
      }
    });

    for (const sharded of [false, true]) {
      describe(`durable, ${sharded ? 'sharded' : 'plain'}`, () => {
        it('gives ids, and who comes later what was kept, then what comes', async () => {
          const room = newName();
          const channel = channels.channel<number>(room, { durable: true, sharded });
          expect(await channel.lastId()).toBe('0');
          const ids: (string | undefined)[] = [];
          for (const n of numbers(10)) ids.push((await channel.publish(n)).id);
          expect(new Set(ids).size).toBe(10);
          expect(await channel.lastId()).toBe(ids[9]);
          const same = others.channel<number>(room, { durable: true, sharded });
          const [all, some, now] = [collector<number>(), collector<number>(), collector<number>()];
          await same.subscribe(all.handler, { after: '0' });
          const subscription = await same.subscribe(some.handler, { after: ids[4]! });
          await same.subscribe(now.handler);
          await all.count(10);
          await some.count(5);
          expect(await channel.publish(10)).toMatchObject({ receivers: 1 });
          await Promise.all([all.count(11), some.count(6), now.count(1)]);
          expect(all.got).toEqual(numbers(11));
          expect(all.details.slice(0, 10).map(({ id }) => id)).toEqual(ids);
          expect(some.got).toEqual(numbers(6, 5));
          expect(now.got).toEqual([10]);
          expect(subscription.lastId).toBe(await channel.lastId());
          expect([...all.details, ...some.details].filter(({ gap }) => gap !== undefined)).toEqual([]);
        });

        it('joins what was kept and what comes without a seam, while others publish', async () => {
          const room = newName();
          const [one, two] = [channels, others].map((each) => each.channel<number>(room, { durable: true, sharded }));
          let isDone = false;
          const published: (string | undefined)[] = [];
          const publishing = (async () => {
            for (let n = 0; !isDone; n++) {
              published.push((await one!.publish(n)).id);
              // In memory nothing else would get its turn.
              await turn();
            }
          })();
          const seen = [];
          for (let round = 0; round < 10; round++) {
            const each = collector<number>();
            seen.push(each);
            await two!.subscribe(each.handler, round % 2 === 0 ? { after: '0' } : {});
            const from = published.length;
            await until(() => published.length > from + 20, true);
          }
          isDone = true;
          await publishing;
          for (const [round, { got, details }] of seen.entries()) {
            await until(() => got.at(-1), published.length - 1);
            const first = got[0]!;
            if (round % 2 === 0) expect(first).toBe(0);
            expect(got).toEqual(numbers(published.length - first, first));
            expect(details.map(({ id }) => id)).toEqual(published.slice(first));
          }
        });
      });
    }

    it('keeps and sends what is published at the same time one by one, in order, also on two channels', async () => {
      const [one, two] = [newName(), newName()];
      const rooms = [one, two].map((room) => channels.channel<number>(room, { durable: { maxLength: 1_000 } }));
      const seen = collector<number>();
      const subscription = await others.channel<number>(one, { durable: true }).subscribe(seen.handler);
      // More than one exchange carries.
      const published = await Promise.all(numbers(1_200).map((n) => rooms[n % 2]!.publish(n)));
      await seen.count(600);
      expect(seen.got).toEqual(numbers(600).map((n) => 2 * n));
      const own = published.filter((_, n) => n % 2 === 0);
      expect(seen.details.map(({ id }) => id)).toEqual(own.map(({ id }) => id));
      expect(seen.details.filter(({ gap }) => gap !== undefined)).toEqual([]);
      expect(published.map(({ receivers }) => receivers)).toEqual(published.map((_, n) => 1 - (n % 2)));
      const { messages } = await subject.store.read(two, '0-0', 2_000);
      expect(messages.map(({ payload }) => Number(payload))).toEqual(numbers(600).map((n) => 2 * n + 1));
      expect(messages.map(({ previous }) => previous)).toEqual(['0-0', ...messages.slice(0, -1).map(({ id }) => id)]);
      await subscription.close();
    });

    it('tells when messages had been removed before they were read', async () => {
      const channel = channels.channel<number>(newName(), { durable: { maxLength: 10 } });
      const { id: first } = await channel.publish(0);
      for (const n of numbers(450, 1)) await channel.publish(n);
      const [late, oldest] = [collector<number>(), collector<number>()];
      const gaps: unknown[] = [];
      await channel.subscribe(late.handler, { after: first!, onGap: (gap) => gaps.push(gap) });
      await channel.subscribe(oldest.handler, { after: '0' });
      await until(() => [late.got.at(-1), oldest.got.at(-1)], [450, 450]);
      // Those that are kept, in order, and no more than some hundred.
      const kept = numbers(late.got.length, 451 - late.got.length);
      expect(kept.length).toBeLessThan(250);
      expect([late.got, oldest.got]).toEqual([kept, kept]);
      expect(gaps).toEqual([{ channel: channel.name, reason: 'trimmed', after: first }]);
      expect(late.details.map(({ gap }) => gap)).toEqual([gaps[0], ...kept.slice(1).map(() => undefined)]);
      // Who asks for what there is misses nothing.
      expect(oldest.details[0]?.gap).toBeUndefined();
    });

    it('a slow subscription to a durable channel reads on at its own pace, and holds up no other', async () => {
      const channel = channels.channel<number>(newName(), { durable: true });
      const slow = collector<number>();
      const quick = collector<number>();
      let open = () => {};
      const gate = new Promise<void>((resolve) => {
        open = resolve;
      });
      const subscription = await channel.subscribe(
        async (n, details) => {
          await gate;
          slow.handler(n, details);
        },
        { bufferSize: 10 },
      );
      await channel.subscribe(quick.handler);
      for (const n of numbers(500)) await channel.publish(n);
      await quick.count(500);
      expect([slow.got, subscription.lastId]).toEqual([[], undefined]);
      open();
      await slow.count(500);
      expect([slow.got, quick.got]).toEqual([numbers(500), numbers(500)]);
    });

    it('ends a slow subscription to any other channel, with the reason, and no other', async () => {
      const channel = channels.channel<number>(newName());
      const quick = collector<number>();
      await channel.subscribe(quick.handler);
      const called: number[] = [];
      const slow = await channel.subscribe((n) => new Promise(() => called.push(n)), { bufferSize: 5 });
      for (const n of numbers(10)) await channel.publish(n);
      expect(await slow.ended).toMatchObject({ code: 'ERR_CHANNEL_SLOW', channel: channel.name });
      await quick.count(10);
      expect(called).toEqual([0]);
    });

    it('closes all subscriptions of one process and of no other', async () => {
      const own = createChannels(await subject.another());
      const room = newName();
      const seen = collector();
      await channels.channel(room).subscribe(seen.handler);
      const subscriptions = await Promise.all([
        own.channel(room).subscribe(seen.handler),
        own.channel(room, { sharded: true }).subscribe(seen.handler),
        own.channel(room, { durable: true }).subscribe(seen.handler),
        own.subscribePattern(`${room}*`, seen.handler),
      ]);
      await own.unsubscribeAll();
      expect(await Promise.all(subscriptions.map(({ ended }) => ended))).toEqual(subscriptions.map(() => undefined));
      expect(await channels.channel(room).count()).toBe(1);
      expect(await channels.channel(room, { sharded: true }).count()).toBe(0);
      await own.channel(room).publish('still');
      await seen.count(1);
    });
  });
}
