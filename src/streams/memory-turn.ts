/** A turn of a consumer in memory; see turn.lua. */
import type { Clock } from '../clock.ts';
import { eventOf } from './entry-fields.ts';
import type { MemoryGroup, MemoryPending } from './memory-group.ts';
import type { ConsumerTurn, ConsumerTurnResult, DeliveredEntry } from './store.ts';

export interface TurnPlace {
  readonly clock: Clock;
  readonly group: MemoryGroup;
  readonly lastId: () => string;
  /** Keeps what was given up. */
  readonly bury: (pending: MemoryPending, death: string) => void;
}

export function takeTurn(place: TurnPlace, turn: ConsumerTurn): ConsumerTurnResult {
  const { clock, group, lastId } = place;
  const { consumer, known, claim } = turn;
  let self = group.consumers.get(consumer);
  const isUnknown = self === undefined && turn.joinsAfter === undefined;
  if (self === undefined && !isUnknown) {
    self = { seenAt: 0, claims: clock.now() * 1000 };
    group.consumers.set(consumer, self);
  }
  if (self !== undefined) self.seenAt = clock.now();
  const claims = String(self?.claims ?? '');
  const isChecked = known !== undefined || isUnknown || claims !== turn.claims;

  const stale: string[] = [];
  const own = (id: string): MemoryPending | undefined => {
    const pending = group.pending.get(id);
    if (pending?.consumer === consumer) return pending;
    // Nobody's any more: told before, unless something was taken from this consumer.
    const wasTold = pending === undefined && known !== undefined && claims === turn.claims;
    if (isChecked && !wasTold) stale.push(id);
    return undefined;
  };
  for (const id of turn.acknowledged) if (own(id) !== undefined) group.pending.delete(id);
  for (const id of turn.renewed) {
    const pending = own(id);
    if (pending !== undefined) pending.at = clock.now();
  }
  const lost = (known ?? []).filter((id) => !group.isHeldBy(consumer, id));
  const told = new Set(known);
  for (const { id, deliveries } of turn.retried) {
    told.add(id);
    const pending = own(id);
    if (pending !== undefined) Object.assign(pending, { deliveries, at: clock.now() });
  }
  for (const { id, death } of turn.buried) {
    const pending = own(id);
    if (pending !== undefined) place.bury(pending, death);
  }
  for (const { id, deliveries } of turn.released) {
    const pending = own(id);
    if (pending !== undefined) Object.assign(pending, { consumer: undefined, deliveries, at: clock.now() });
  }

  const entries: DeliveredEntry[] = [];
  const give = (pending: MemoryPending | undefined) => {
    if (pending === undefined) return;
    const delivered = { id: pending.entry.id, ...eventOf(pending.entry.fields), deliveries: pending.deliveries };
    if (delivered.redriven !== undefined && delivered.redriven.group !== turn.group) {
      group.pending.delete(delivered.id);
    } else entries.push(delivered);
  };
  if (known !== undefined) {
    for (const pending of group.heldBy(consumer)) if (!told.has(pending.entry.id)) give(group.orGone(pending));
  }
  const want = isUnknown ? 0 : turn.want;
  if (want > entries.length) {
    const released = group.ordered().filter((each) => each.consumer === undefined);
    for (const pending of released.slice(0, want - entries.length)) give(group.take(pending, consumer));
  }
  const found = claim === undefined ? nothingFound : search(place, turn, want - entries.length, give);
  const asked = want - entries.length;
  const read = asked > 0 ? group.read(consumer, asked) : [];
  for (const pending of read) give(pending);
  const hasMore = want > 0 && (asked <= 0 || read.length === asked);
  return {
    entries,
    hasMore,
    isUnknown,
    holdsUnknown: false,
    claims,
    stale,
    lost,
    ...found,
    lastId: hasMore || asked <= 0 ? undefined : lastId(),
  };
}

type Found = Pick<ConsumerTurnResult, 'exhausted' | 'claimed' | 'forgotten' | 'claimAfter'>;
const nothingFound: Found = { exhausted: [], claimed: 0, forgotten: 0, claimAfter: undefined };

/** All at once: in memory there is nobody whom a long search would hold up. */
function search(
  { group, bury }: TurnPlace,
  { consumer, claim, maxDeliveries }: ConsumerTurn,
  room: number,
  give: (pending: MemoryPending | undefined) => void,
): Found {
  if (claim === undefined || room <= 0) return { ...nothingFound, claimAfter: claim?.after || '0-0' };
  let forgotten = 0;
  if (claim.after === '') {
    const { consumers } = group.state(0);
    for (const { name, pending, idleMs } of consumers) {
      if (name !== consumer && pending === 0 && idleMs > claim.forgetMs && group.consumers.delete(name)) forgotten++;
    }
  }
  const exhausted: string[] = [];
  let claimed = 0;
  let claimAfter: string | undefined;
  for (const pending of group.ordered()) {
    const { entry, consumer: owner, deliveries } = pending;
    if (owner === consumer || owner === undefined || group.idleMs(pending) < claim.idleMs) continue;
    if (deliveries >= maxDeliveries) {
      const id = eventOf(entry.fields).redriven?.id ?? entry.id;
      const robbed = group.consumers.get(owner);
      if (robbed !== undefined) robbed.claims++;
      bury(pending, JSON.stringify({ reason: 'consumer-lost', id, deliveries }));
      exhausted.push(entry.id);
    } else if (claimed === room) {
      claimAfter = '0-0';
      break;
    } else {
      claimed++;
      give(group.take(pending, consumer));
    }
  }
  return { exhausted, claimed, forgotten, claimAfter };
}
