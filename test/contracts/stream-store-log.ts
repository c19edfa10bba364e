import { expect, it } from 'vitest';
import { compareIds, highestId, lowestId, nextId } from '../../src/streams/entry-id.ts';
import {
  append,
  entry,
  idsOf,
  numbers,
  type StreamStoreSubject,
  TestConsumer,
  valuesOf,
} from './stream-store-subject.ts';

export function itKeepsTheLog(subject: () => StreamStoreSubject): void {
  const open = () => subject().open();

  it('gives rising ids, and keeps what was appended in its order', async () => {
    const store = await open();
    const first = await append(store, ...numbers(250));
    const second = await append(store, 'é🦊', null);
    const ids = [...first, ...second];
    for (const [n, id] of ids.entries()) if (n > 0) expect(compareIds(id, ids[n - 1]!)).toBe(1);
    const all = await store.range(lowestId, highestId, 1_000, 'ascending');
    expect(idsOf(all)).toEqual(ids);
    expect(valuesOf(all)).toEqual([...numbers(250), 'é🦊', null]);
    expect(await store.state()).toEqual({
      length: 252,
      firstId: ids[0],
      lastId: ids.at(-1),
      added: 252,
      groups: [],
    });
  });

  it('is empty where nothing was ever appended', async () => {
    const store = await open();
    expect(await store.state()).toEqual({ length: 0, firstId: undefined, lastId: undefined, added: 0, groups: [] });
    expect(await store.range(lowestId, highestId, 10, 'ascending')).toEqual([]);
    expect(await store.trim({ maxLength: 0, keepsUnacknowledged: true })).toBe(0);
    expect(await store.groupState('g')).toBeUndefined();
    expect(await store.pending('g', { limit: 10 })).toEqual([]);
    expect(await store.seek('g', '0-0')).toBe(false);
    expect(await store.removeGroup('g')).toBe(false);
    expect(await store.leave('g', 'nobody', [])).toBe(0);
    expect(await store.append([], 1)).toEqual({ ids: [], duplicates: [] });
  });

  it('gives ranges from both ends, both ends included', async () => {
    const store = await open();
    const ids = await append(store, ...numbers(10));
    const range = async (...args: Parameters<typeof store.range>) => valuesOf(await store.range(...args));
    expect(await range(ids[2]!, ids[5]!, 100, 'ascending')).toEqual([2, 3, 4, 5]);
    expect(await range(ids[2]!, ids[5]!, 2, 'ascending')).toEqual([2, 3]);
    expect(await range(ids[2]!, ids[5]!, 100, 'descending')).toEqual([5, 4, 3, 2]);
    expect(await range(ids[2]!, ids[5]!, 2, 'descending')).toEqual([5, 4]);
    expect(await range(nextId(ids[8]!), highestId, 5, 'ascending')).toEqual([9]);
    expect(await range(nextId(ids[9]!), highestId, 5, 'ascending')).toEqual([]);
    expect(await range(ids[5]!, ids[2]!, 5, 'ascending')).toEqual([]);
  });

  it('keeps the trace, and appends an event of one key once', async () => {
    const store = await open();
    const first = await store.append([entry(1, { key: 'a', trace: '00-1' }), entry(2), entry(3, { key: 'a' })], 60_000);
    expect(first.duplicates).toEqual([2]);
    expect(first.ids[2]).toBe(first.ids[0]);
    const again = await store.append([entry(4, { key: 'a' }), entry(5, { key: 'b' })], 60_000);
    expect([again.duplicates, again.ids[0]]).toEqual([[0], first.ids[0]]);
    const all = await store.range(lowestId, highestId, 10, 'ascending');
    expect(valuesOf(all)).toEqual([1, 2, 5]);
    expect(all.map(({ trace }) => trace)).toEqual(['00-1', undefined, undefined]);
  });

  it('forgets a key after its time', async () => {
    const store = await open();
    await store.append([entry(1, { key: 'a' })], 20);
    await subject().advance(40);
    expect((await store.append([entry(2, { key: 'a' })], 20)).duplicates).toEqual([]);
  });

  it('tells who waits as soon as there is something after an id', async () => {
    const store = await open();
    const [first] = await append(store, 1);
    expect(await store.wait(lowestId, 5_000)).toBe(true);
    const waits = [store.wait(first!, 10_000), store.wait(first!, 10_000)];
    const [second] = await append(store, 2);
    expect(await Promise.all(waits)).toEqual([true, true]);
    expect(await store.wait(first!, 10_000)).toBe(true);
    expect(await store.wait(second!, 20)).toBe(false);
    const end = new AbortController();
    const aborted = store.wait(second!, 10_000, end.signal);
    end.abort();
    expect(await aborted).toBe(false);
    const closed = store.wait(second!, 10_000);
    await store.close();
    expect(await closed).toBe(false);
  });

  it('trims to a length and to an age', async () => {
    const store = await open();
    await append(store, ...numbers(30));
    expect(await store.trim({ maxLength: 20, keepsUnacknowledged: true })).toBe(10);
    expect(await store.trim({ maxLength: 20, keepsUnacknowledged: true })).toBe(0);
    await subject().advance(500);
    await append(store, 'new');
    expect(await store.trim({ maxAgeMs: 250, keepsUnacknowledged: true })).toBe(20);
    expect([await store.length(), (await store.state()).added]).toEqual([1, 31]);
    expect(await store.trim({ maxLength: 0, keepsUnacknowledged: false })).toBe(1);
    const [id] = await append(store, 'after');
    expect((await store.state()).firstId).toBe(id);
  });

  it('never trims what some group has not read and acknowledged, unless told to', async () => {
    const store = await open();
    await append(store, ...numbers(1_500));
    const fast = new TestConsumer(store, { group: 'fast' });
    const slow = new TestConsumer(store, { group: 'slow' });
    const taken = await fast.take(1_500);
    await fast.acknowledge(...taken);
    // Nothing of it: the other group has not even begun.
    await store.createGroup('slow', '0-0');
    expect(await store.trim({ maxLength: 10, keepsUnacknowledged: true })).toBe(0);
    const held = await slow.take(1_400);
    await slow.acknowledge(...held.slice(0, 1_205), ...held.slice(1_206));
    // One in the middle is pending still.
    expect(await store.trim({ maxLength: 10, keepsUnacknowledged: true })).toBe(1_205);
    await subject().advance(20);
    expect(await store.trim({ maxAgeMs: 1, keepsUnacknowledged: true })).toBe(0);
    await slow.acknowledge(held[1_205]!);
    expect(await store.trim({ maxAgeMs: 1, keepsUnacknowledged: true })).toBe(195);
    expect((await store.state()).length).toBe(100);
    expect(valuesOf(await slow.take(1))).toEqual([1_400]);
    expect(await store.trim({ maxLength: 10, keepsUnacknowledged: false })).toBe(90);
    expect(valuesOf(await slow.take(1))).toEqual([1_490]);
  });
}
