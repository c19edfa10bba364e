import { expect, it } from 'vitest';
import { highestId, lowestId } from '../../src/streams/entry-id.ts';
import {
  append,
  deathOf,
  entry,
  idsOf,
  numbers,
  type StreamStoreSubject,
  TestConsumer,
  valuesOf,
} from './stream-store-subject.ts';

export function itBuriesAndRedrives(subject: () => StreamStoreSubject): void {
  const open = () => subject().open();

  it('keeps what was given up, once, with its reason and its event', async () => {
    const store = await open();
    await store.append([entry({ n: 1 }, { trace: '00-7' }), entry({ n: 2 })], 1);
    const consumer = new TestConsumer(store);
    const [first, second] = await consumer.take(2);
    const death = deathOf(first!.id, { error: { message: 'a\n"b" é' } });
    await consumer.turn({ buried: [death] });
    await consumer.turn({ buried: [death, deathOf(second!.id)] });
    const dead = await store.deadLetters('g').list(10);
    expect(dead.map(({ death: kept }) => JSON.parse(kept).id)).toEqual([second!.id, first!.id]);
    expect(dead[1]).toMatchObject({ death: death.death, event: '{"n":1}', trace: '00-7' });
    expect(dead[1]!.fields).toEqual(['event', '{"n":1}', 'trace', '00-7']);
    expect(await store.deadLetters('g').get(dead[0]!.id)).toEqual(dead[0]);
    expect(await store.deadLetters('other').list(10)).toEqual([]);
    expect(await store.groupState('g')).toMatchObject({ pending: 0, deadLetters: 2 });
  });

  it('gives up what was delivered too often, when it is claimed', async () => {
    const store = await open();
    const ids = await append(store, ...numbers(3));
    const silent = new TestConsumer(store);
    await silent.take(3);
    await silent.turn({ retried: [{ id: ids[1]!, deliveries: 3 }] });
    await subject().advance(40);
    const heir = new TestConsumer(store);
    const [turn] = await heir.claim(10, 30);
    expect([turn!.exhausted, valuesOf(turn!.entries)]).toEqual([[ids[1]], [0, 2]]);
    const [dead] = await store.deadLetters('g').list(1);
    expect(JSON.parse(dead!.death)).toEqual({ reason: 'consumer-lost', id: ids[1], deliveries: 3 });
    expect((await silent.turn({ acknowledged: [ids[1]!] })).stale).toEqual([ids[1]]);
  });

  it('redrives to its own group only, and once', async () => {
    const store = await open();
    const [id] = await store.append([entry('x', { trace: '00-9' })], 1).then(({ ids }) => ids);
    const [ours, other] = [new TestConsumer(store), new TestConsumer(store, { group: 'other' })];
    const [taken] = await ours.take(1);
    await other.acknowledge(...(await other.take(1)));
    await ours.turn({ buried: [deathOf(taken!.id)] });
    await store.trim({ maxLength: 0, keepsUnacknowledged: true });
    const [dead] = await store.deadLetters('g').list(1);
    const moved = await Promise.all([
      store.deadLetters('g').redrive([dead!.id]),
      store.deadLetters('g').redrive([dead!.id]),
    ]);
    expect(moved.toSorted()).toEqual([0, 1]);
    await append(store, 'y');
    const [again, next] = await ours.take(5);
    expect(again).toMatchObject({ event: '"x"', trace: '00-9', deliveries: 1, redriven: { id } });
    expect(next!.event).toBe('"y"');
    expect(valuesOf(await other.take(5))).toEqual(['y']);
    expect(await store.groupState('other')).toMatchObject({ pending: 1, lag: 0 });
    const [kept] = await store.range(lowestId, highestId, 10, 'ascending');
    expect(kept).toMatchObject({ id: again!.id, redriven: { group: 'g', id } });
    // Given up once more, it is the same event still.
    await ours.turn({ buried: [deathOf(again!.id, { id })] });
    const [deadAgain] = await store.deadLetters('g').list(1);
    expect(await store.deadLetters('g').redrive([deadAgain!.id])).toBe(1);
    expect((await ours.take(5))[0]).toMatchObject({ event: '"x"', redriven: { id } });
  });

  it('pages, removes and trims dead letters', async () => {
    const store = await open();
    const ids = await append(store, ...numbers(25));
    const consumer = new TestConsumer(store);
    await consumer.take(25);
    await consumer.turn({ buried: ids.map((id) => deathOf(id)) });
    const shelf = store.deadLetters('g');
    const seen: string[] = [];
    for (let page = await shelf.list(10); page.length > 0; page = await shelf.list(10, page.at(-1)!.id)) {
      seen.push(...page.map(({ death }) => JSON.parse(death).id));
    }
    expect(seen).toEqual(ids.toReversed());
    const [latest] = await shelf.list(1);
    expect(await shelf.remove([latest!.id, latest!.id, '1-1'])).toBe(1);
    expect(await shelf.get(latest!.id)).toBeUndefined();
    expect(await shelf.trim({ maxCount: 20 })).toBe(4);
    await subject().advance(30);
    expect(await shelf.trim({ maxAgeMs: 10_000 })).toBe(0);
    expect(await shelf.trim({ maxAgeMs: 10 })).toBe(20);
    expect(idsOf(await shelf.list(9))).toEqual([]);
  });
}
