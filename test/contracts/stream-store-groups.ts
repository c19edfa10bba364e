import { expect, it } from 'vitest';
import { append, idsOf, numbers, type StreamStoreSubject, TestConsumer, valuesOf } from './stream-store-subject.ts';

export function itDeliversToGroups(subject: () => StreamStoreSubject): void {
  const open = () => subject().open();

  it('gives each event to every group, and in a group to one consumer', async () => {
    const store = await open();
    await append(store, ...numbers(20));
    const [a, b] = [new TestConsumer(store), new TestConsumer(store)];
    const other = new TestConsumer(store, { group: 'other' });
    expect(valuesOf(await a.take(5))).toEqual(numbers(5));
    expect(valuesOf(await b.take(100))).toEqual(numbers(15, 5));
    expect(valuesOf(await a.take(5))).toEqual([]);
    expect(valuesOf(await other.take(100))).toEqual(numbers(20));
    expect((await store.state()).groups.toSorted()).toEqual(['g', 'other']);
  });

  it('begins a group where it is told to, and leaves one that is there as it is', async () => {
    const store = await open();
    const ids = await append(store, ...numbers(10));
    expect(await store.createGroup('late', '$')).toBe(true);
    expect(await store.createGroup('late', '0-0')).toBe(false);
    const late = new TestConsumer(store, { group: 'late', joinsAfter: '0-0' });
    expect(await late.take(10)).toEqual([]);
    const middle = new TestConsumer(store, { group: 'middle', joinsAfter: ids[6]! });
    expect(valuesOf(await middle.take(10))).toEqual([7, 8, 9]);
    await append(store, 'new');
    expect(valuesOf(await late.take(10))).toEqual(['new']);
    const empty = await open();
    const early = new TestConsumer(empty, { joinsAfter: '$' });
    expect((await early.turn({ want: 1 })).lastId).toBe('0-0');
    await append(empty, 'first');
    expect(valuesOf(await early.take(1))).toEqual(['first']);
  });

  it('tells where the stream ends, for whoever has taken everything', async () => {
    const store = await open();
    const ids = await append(store, 1, 2, 3);
    const consumer = new TestConsumer(store);
    expect(await consumer.turn({ want: 2 })).toMatchObject({ hasMore: true, lastId: undefined });
    expect(await consumer.turn({ want: 2 })).toMatchObject({ hasMore: false, lastId: ids[2] });
    expect(await consumer.turn({ want: 2 })).toMatchObject({ entries: [], hasMore: false, lastId: ids[2] });
    expect(await consumer.turn({ want: 0 })).toMatchObject({ entries: [], lastId: undefined });
  });

  it('keeps what was not acknowledged, and tells of it', async () => {
    const store = await open();
    const ids = await append(store, ...numbers(5));
    const [a, b] = [new TestConsumer(store), new TestConsumer(store)];
    const held = await a.take(3);
    await b.take(1);
    await a.acknowledge(held[1]!);
    const pending = await store.pending('g', { limit: 10 });
    expect(pending.map(({ id, consumer, deliveries }) => [id, consumer, deliveries])).toEqual([
      [ids[0], a.name, 1],
      [ids[2], a.name, 1],
      [ids[3], b.name, 1],
    ]);
    expect(idsOf(await store.pending('g', { limit: 1, after: ids[0]! }))).toEqual([ids[2]]);
    expect(idsOf(await store.pending('g', { limit: 9, consumer: b.name }))).toEqual([ids[3]]);
    expect(await store.groupState('g')).toMatchObject({ lag: 1, pending: 3, lastDeliveredId: ids[3], deadLetters: 0 });
    const { consumers } = (await store.groupState('g'))!;
    expect(consumers.map(({ name, pending: own }) => [name, own]).toSorted()).toEqual(
      [
        [a.name, 2],
        [b.name, 1],
      ].toSorted(),
    );
    // Acknowledged twice, it has been acknowledged once.
    await a.acknowledge(...held, ...held);
    expect(await store.groupState('g')).toMatchObject({ pending: 1 });
  });

  it('knows the lag, also where Redis does not', async () => {
    const store = await open();
    const ids = await append(store, ...numbers(2_500));
    const lag = async (group: string) => (await store.groupState(group))?.lag;
    await store.createGroup('start', '0-0');
    await store.createGroup('middle', ids[999]!);
    await store.createGroup('end', '$');
    expect([await lag('start'), await lag('middle'), await lag('end')]).toEqual([2_500, 1_500, 0]);
    await store.trim({ maxLength: 2_000, keepsUnacknowledged: false });
    expect([await lag('start'), await lag('middle'), await lag('end')]).toEqual([2_000, 1_500, 0]);
    await store.trim({ maxLength: 100, keepsUnacknowledged: false });
    expect([await lag('start'), await lag('middle'), await lag('end')]).toEqual([100, 100, 0]);
    await new TestConsumer(store, { group: 'middle' }).take(40);
    expect(await lag('middle')).toBe(60);
    await store.trim({ maxLength: 0, keepsUnacknowledged: false });
    expect([await lag('start'), await lag('middle'), await lag('end')]).toEqual([0, 0, 0]);
  });

  it('seeks: reads again from there, and forgets what is pending after it', async () => {
    const store = await open();
    const ids = await append(store, ...numbers(10));
    const consumer = new TestConsumer(store);
    const held = await consumer.take(8);
    expect(await store.seek('g', ids[3]!)).toBe(true);
    const after = await consumer.turn({ acknowledged: [held[0]!.id, held[5]!.id] });
    expect(after.stale).toEqual([held[5]!.id]);
    const { lost, entries } = await consumer.turn({ want: 3, known: idsOf(held.slice(1)) });
    expect(lost).toEqual(ids.slice(4, 8));
    expect(valuesOf(entries)).toEqual([4, 5, 6]);
    expect(entries.map(({ deliveries }) => deliveries)).toEqual([1, 1, 1]);
    expect(idsOf(await store.pending('g', { limit: 99 }))).toEqual(ids.slice(1, 7));
    await store.seek('g', '$');
    expect(await consumer.take(10)).toEqual([]);
    expect(await store.groupState('g')).toMatchObject({ lag: 0, pending: 6 });
  });

  it('removes a group, and refuses a turn of one that is gone', async () => {
    const store = await open();
    await append(store, ...numbers(3));
    const consumer = new TestConsumer(store);
    await consumer.take(2);
    expect(await store.removeGroup('g')).toBe(true);
    expect(await store.removeGroup('g')).toBe(false);
    await expect(consumer.take(1)).rejects.toMatchObject({ code: 'ERR_REDIS_REPLY', reply: 'NOGROUP' });
    const { entries, isUnknown } = await consumer.turn({ want: 2, joinsAfter: '0-0', known: [] });
    expect([valuesOf(entries), isUnknown]).toEqual([[0, 1], false]);
  });
}
