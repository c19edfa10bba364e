import { expect, it } from 'vitest';
import { nextId } from '../../src/streams/entry-id.ts';
import {
  append,
  idsOf,
  numbers,
  type StreamStoreSubject,
  type SuiteSize,
  TestConsumer,
  valuesOf,
} from './stream-store-subject.ts';

export function itTakesOver(subject: () => StreamStoreSubject, size: SuiteSize): void {
  const open = () => subject().open();

  it('claims what a silent consumer holds, and counts the delivery', async () => {
    const store = await open();
    await append(store, ...numbers(5));
    const [silent, heir] = [new TestConsumer(store), new TestConsumer(store)];
    await silent.take(3);
    expect(valuesOf((await heir.claim(10, 10_000)).flatMap(({ entries }) => entries))).toEqual([3, 4]);
    await subject().advance(60);
    await append(store, 'new');
    const [turn] = await heir.claim(10, 50);
    expect(turn).toMatchObject({ claimed: 3, claimAfter: undefined });
    expect(turn!.entries.map(({ deliveries }) => deliveries)).toEqual([2, 2, 2, 1]);
    expect(valuesOf(turn!.entries)).toEqual([0, 1, 2, 'new']);
  });

  it('does not claim what is being worked on', async () => {
    const store = await open();
    await append(store, ...numbers(3));
    const [slow, other] = [new TestConsumer(store), new TestConsumer(store)];
    const held = await slow.take(3);
    for (let n = 0; n < 4; n++) {
      await subject().advance(150);
      await slow.turn({ renewed: idsOf(held.slice(1)) });
    }
    expect(valuesOf((await other.claim(10, 400)).flatMap(({ entries }) => entries))).toEqual([0]);
    const pending = await store.pending('g', { limit: 9, consumer: slow.name });
    expect(pending.map(({ deliveries }) => deliveries)).toEqual([1, 1]);
  });

  it('refuses what a consumer tells of entries that are others’ now', async () => {
    const store = await open();
    const ids = await append(store, ...numbers(7));
    const [stopped, heir] = [new TestConsumer(store), new TestConsumer(store)];
    await stopped.take(6);
    await subject().advance(60);
    await heir.claim(5, 50);
    await heir.turn({ acknowledged: [ids[4]!] });
    const told = await stopped.turn({
      acknowledged: [ids[0]!, ids[4]!, ids[5]!],
      buried: [{ id: ids[1]!, death: '{}' }],
      retried: [{ id: ids[2]!, deliveries: 9 }],
      renewed: [ids[3]!],
    });
    expect(told.stale.toSorted()).toEqual(ids.slice(0, 5));
    expect(idsOf(await store.pending('g', { limit: 9, consumer: heir.name }))).toEqual(ids.slice(0, 4));
    expect((await store.pending('g', { limit: 9 })).map(({ deliveries }) => deliveries)).toEqual([2, 2, 2, 2]);
    expect(await store.deadLetters('g').list(9)).toEqual([]);
    // It learns what is left to it, and is trusted again.
    const { lost, claims } = await stopped.turn({ known: [...ids.slice(1, 4)], want: 1 });
    expect(lost).toEqual(ids.slice(1, 4));
    expect((await stopped.acknowledge({ id: ids[6]! })).claims).toBe(claims);
    expect(await store.groupState('g')).toMatchObject({ pending: 4 });
  });

  it(`finds an idle entry behind ${size.live} live ones, a page at a time`, async () => {
    const store = await open();
    await append(store, ...numbers(size.live + 1));
    const [busy, silent, heir] = [new TestConsumer(store), new TestConsumer(store), new TestConsumer(store)];
    const live = await busy.take(size.live);
    await silent.take(1);
    await subject().advance(700);
    await busy.turn({ renewed: idsOf(live) });
    const turns = await heir.claim(1, 650);
    expect(valuesOf(turns.flatMap(({ entries }) => entries))).toEqual([size.live]);
    expect((await busy.turn({ acknowledged: idsOf(live) })).stale).toEqual([]);
  });

  it('goes on claiming where it had no more room', async () => {
    const store = await open();
    await append(store, ...numbers(12));
    const [silent, heir] = [new TestConsumer(store), new TestConsumer(store)];
    await silent.take(12);
    await subject().advance(60);
    const first = await heir.turn({ want: 5, claim: { idleMs: 50, after: '', forgetMs: 1e9 } });
    expect([first.claimed, valuesOf(first.entries)]).toEqual([5, numbers(5)]);
    expect(first.claimAfter).toBeDefined();
    const full = await heir.turn({ want: 0, claim: { idleMs: 50, after: first.claimAfter!, forgetMs: 1e9 } });
    expect(full).toMatchObject({ claimed: 0, claimAfter: first.claimAfter });
    const rest = await heir.turn({ want: 9, claim: { idleMs: 50, after: full.claimAfter!, forgetMs: 1e9 } });
    expect([rest.claimed, rest.claimAfter]).toEqual([7, undefined]);
  });

  it('drops what is pending and no longer in the stream', async () => {
    const store = await open();
    await append(store, ...numbers(4));
    const [silent, heir] = [new TestConsumer(store), new TestConsumer(store)];
    await silent.take(4);
    await store.trim({ maxLength: 1, keepsUnacknowledged: false });
    await subject().advance(60);
    const [turn] = await heir.claim(10, 50);
    expect(valuesOf(turn!.entries)).toEqual([3]);
    expect(await store.groupState('g')).toMatchObject({ pending: 1 });
  });

  it('tells again what was taken by a turn whose answer was lost', async () => {
    const store = await open();
    const ids = await append(store, ...numbers(10));
    const consumer = new TestConsumer(store);
    const known = await consumer.take(2);
    await consumer.take(3);
    await consumer.acknowledge(known[0]!);
    const { entries, lost, stale } = await consumer.turn({
      want: 1,
      known: [known[1]!.id],
      acknowledged: [known[0]!.id],
    });
    expect(idsOf(entries)).toEqual(ids.slice(2, 5));
    expect(entries.map(({ deliveries }) => deliveries)).toEqual([1, 1, 1]);
    expect([lost, stale]).toEqual([[], []]);
    expect(await store.groupState('g')).toMatchObject({ pending: 4, lag: 5 });
  });

  it('gives what was taken by a turn whose answer was lost in the order of the stream', async () => {
    const store = await open();
    await append(store, ...numbers(200));
    const consumer = new TestConsumer(store);
    await consumer.take(200);
    expect(valuesOf((await consumer.turn({ want: 1, known: [] })).entries)).toEqual(numbers(200));
  });

  it('refuses the end of what another has taken and is done with, though an answer was lost meanwhile', async () => {
    const store = await open();
    const ids = await append(store, ...numbers(2));
    const [silent, heir] = [new TestConsumer(store), new TestConsumer(store)];
    await silent.take(2);
    await subject().advance(60);
    const [turn] = await heir.claim(1, 50);
    await heir.acknowledge(...turn!.entries);
    const { stale } = await silent.turn({ known: [ids[1]!], acknowledged: [ids[0]!] });
    expect(stale).toEqual([ids[0]]);
  });

  it('counts a further delivery by the same consumer', async () => {
    const store = await open();
    const [id] = await append(store, 1);
    const consumer = new TestConsumer(store);
    await consumer.take(1);
    await subject().advance(200);
    await consumer.turn({ retried: [{ id: id!, deliveries: 2 }] });
    const [pending] = await store.pending('g', { limit: 1 });
    expect(pending).toMatchObject({ id, deliveries: 2, consumer: consumer.name });
    expect(pending!.idleMs).toBeLessThan(200);
  });

  it('gives to others at once what was given back', async () => {
    const store = await open();
    const ids = await append(store, ...numbers(6));
    const [leaver, heir] = [new TestConsumer(store), new TestConsumer(store)];
    await leaver.take(4);
    await leaver.turn({ released: [{ id: ids[0]!, deliveries: 0 }] });
    expect((await store.pending('g', { limit: 1 }))[0]).toMatchObject({ id: ids[0], consumer: undefined });
    const first = await heir.take(1);
    expect([idsOf(first), first[0]!.deliveries]).toEqual([[ids[0]], 1]);
    expect(await leaver.leave([{ id: ids[2]! }])).toBe(3);
    const rest = await heir.take(9);
    expect(valuesOf(rest)).toEqual([1, 2, 3, 4, 5]);
    expect(rest.map(({ deliveries }) => deliveries)).toEqual([1, 2, 1, 1, 1]);
    const { consumers, pending } = (await store.groupState('g'))!;
    expect([consumers.map(({ name }) => name), pending]).toEqual([[heir.name], 6]);
    expect(await leaver.turn({ want: 5, acknowledged: [ids[1]!] })).toMatchObject({ isUnknown: true, entries: [] });
    expect((await store.groupState('g'))!.pending).toBe(6);
  });

  it('forgets consumers that are gone, but none with something pending', async () => {
    const store = await open();
    await append(store, ...numbers(2));
    const [holder, idle, live] = [new TestConsumer(store), new TestConsumer(store), new TestConsumer(store)];
    await holder.take(1);
    await idle.turn({ want: 1 });
    const [mine] = await store.pending('g', { limit: 1, consumer: idle.name });
    await idle.acknowledge(mine!);
    await subject().advance(60);
    const { forgotten } = await live.turn({ want: 1, claim: { idleMs: 1e9, after: '', forgetMs: 50 } });
    expect(forgotten).toBe(1);
    const { consumers } = (await store.groupState('g'))!;
    expect(consumers.map(({ name }) => name).toSorted()).toEqual([holder.name, live.name].toSorted());
    // Should it live after all, it is told so and joins again.
    expect(await idle.turn({ want: 1 })).toMatchObject({ isUnknown: true });
    await append(store, 'x');
    expect(valuesOf((await idle.turn({ want: 1, joinsAfter: nextId('0-0'), known: [] })).entries)).toEqual(['x']);
  });
}
