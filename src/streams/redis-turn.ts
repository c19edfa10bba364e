/** A turn as arguments of its script, and the script's answer; see turn.lua. */
import type { RedisReply } from '../redis/port.ts';
import type { ConsumerTurn, ConsumerTurnResult, DeliveredEntry } from './store.ts';
import type { Look } from './turn-progress.ts';

/** How the turn goes with a plain read; see redis-turns.ts. */
export interface PlainRead extends Look {
  /** That the read which is sent with the turn names; '' = there is none. */
  readonly gate: string;
}

/** @param number Rises with every turn of the consumer. */
export function turnArguments(turn: ConsumerTurn, number: number, { gate, from, first }: PlainRead): string[] {
  const { group, consumer, joinsAfter = '', want, claims, maxDeliveries, claim, known } = turn;
  const args = [group, consumer, joinsAfter, String(number), claims, String(want), String(maxDeliveries)];
  if (claim === undefined) args.push('0', '', '', '');
  else args.push('1', String(claim.idleMs), claim.after, String(claim.forgetMs));
  args.push(known === undefined ? '0' : '1', gate, from, first);
  pushAll(args, turn.acknowledged);
  pushAll(args, turn.renewed);
  pushAll(args, known ?? []);
  args.push(String(turn.retried.length));
  for (const { id, deliveries } of turn.retried) args.push(id, String(deliveries));
  args.push(String(turn.buried.length));
  for (const { id, death } of turn.buried) args.push(id, death);
  args.push(String(turn.released.length));
  for (const { id, deliveries } of turn.released) args.push(id, String(deliveries));
  return args;
}

function pushAll(args: string[], ids: readonly string[]): void {
  args.push(String(ids.length));
  for (const id of ids) args.push(id);
}

export interface ScriptResult {
  readonly result: ConsumerTurnResult;
  /** New entries are not in the result, but in the answer to the plain read. */
  readonly isOpen: boolean;
}

export function turnResult(reply: readonly RedisReply[]): ScriptResult {
  const [claims, unknown, more, lastId, claimAfter, claimed, forgotten, stale, lost, exhausted, notes, ...rest] = reply;
  const [entries, open, holdsUnknown] = rest;
  const result: ConsumerTurnResult = {
    entries: deliveredEntries(entries as string[], notes as RedisReply[]),
    hasMore: more === 1,
    isUnknown: unknown === 1,
    holdsUnknown: holdsUnknown === 1,
    claims: claims as string,
    stale: stale as string[],
    lost: lost as string[],
    exhausted: exhausted as string[],
    claimed: Number(claimed),
    forgotten: Number(forgotten),
    claimAfter: claimAfter === '' ? undefined : (claimAfter as string),
    lastId: lastId === '' ? undefined : (lastId as string),
  };
  return { result, isOpen: open === 1 };
}

/** @param notes Indexes of entries, each with what there is to tell of it besides its event. */
function deliveredEntries(flat: readonly string[], notes: readonly RedisReply[]): DeliveredEntry[] {
  const entries = new Array<DeliveredEntry>(flat.length / 2);
  for (let from = 0; from < flat.length; from += 2) {
    entries[from / 2] = { id: flat[from]!, event: flat[from + 1]!, deliveries: 1 };
  }
  for (let from = 0; from < notes.length; from += 2) {
    const index = Number(notes[from]);
    entries[index] = notedEntry(entries[index]!, notes[from + 1] as string);
  }
  return entries;
}

/** @param note See turn.lua. */
function notedEntry({ id, event }: DeliveredEntry, note: string): DeliveredEntry {
  const deliveries = Number.parseInt(note, 10);
  if (note === `${deliveries}!`) return { id, event: undefined, deliveries };
  const [, first = '', trace = ''] = /^\d+ ([^ ]*) (.*)$/s.exec(note) ?? [];
  return {
    id,
    event,
    deliveries,
    ...(trace === '' ? {} : { trace }),
    // Only those for this group are given.
    ...(first === '' ? {} : { redriven: { group: '', id: first } }),
  };
}
