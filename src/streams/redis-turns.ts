/** Takes the turns of a stream's consumers in Redis. */
import { RedisReplyError } from '../redis/errors.ts';
import { slotKeys } from '../redis/keys.ts';
import type { RedisPort, RedisReply } from '../redis/port.ts';
import { eventOf, firstEntries, type RedisEntry } from './entry-fields.ts';
import { gateKey } from './keys.ts';
import { onwardScript, turnScript } from './redis-scripts.ts';
import { type ScriptResult, turnArguments, turnResult } from './redis-turn.ts';
import type { ConsumerTurn, ConsumerTurnResult, DeliveredEntry } from './store.ts';
import { TurnProgress } from './turn-progress.ts';

/**
 * A turn is a script. An entry costs more to read in Lua than by a command, so a consumer that finds as much as it wants
 * goes on with a plain XREADGROUP, sent together with the script. These two are not one step: they may be carried out one
 * without the other, late, twice, or in the other order. So
 *
 * - the read names a gate, which the script opens; see prelude.lua. When an answer is missing, the next turn shuts that gate,
 *   and so does the end of the consumer. What comes later takes nothing.
 * - entries that were read although the answer was lost, or by a client that repeated the command by itself, lie with the
 *   consumer, between what it had before and what it was given next. A turn looks at each such place once, whether the first
 *   entry there is the first that the consumer knows of. If it is not, or if a turn was refused for whatever reason, the
 *   consumer is told to say what it knows, and gets the others.
 * - a read that found nothing is followed by a turn that reads in the script: only that can tell from where to wait.
 *
 * A consumer that goes on need not wait for the answer: Redis works on the next turn while the client reads the answer to
 * the one before. Their results are given in the order of the turns, whatever becomes of each.
 */
export class RedisTurns {
  readonly #redis: RedisPort;
  readonly #stream: string;
  readonly #keys: readonly string[];
  readonly #plainFrom: number;
  readonly #progress = new Map<string, TurnProgress>();
  #turns = 0;

  /** @param plainFrom Fewer at once are read in the script, which costs no more then. */
  constructor(redis: RedisPort, stream: string, plainFrom: number) {
    this.#redis = redis;
    this.#stream = stream;
    this.#keys = slotKeys(stream);
    this.#plainFrom = plainFrom;
  }

  take(turn: ConsumerTurn): Promise<ConsumerTurnResult> {
    const progress = this.#progressOf(turn.group, turn.consumer);
    const before = progress.underWay === 0 ? undefined : progress.lastEnd;
    const result = this.#takeBehind(turn, progress, before).finally(() => {
      progress.underWay--;
    });
    progress.underWay++;
    progress.lastEnd = result.then(
      () => true,
      () => {
        // Not all is known of what was taken.
        progress.gate = progress.goingOn = undefined;
        return false;
      },
    );
    return result;
  }

  #takeBehind(
    turn: ConsumerTurn,
    progress: TurnProgress,
    before: Promise<boolean> | undefined,
  ): Promise<ConsumerTurnResult> {
    if (before === undefined) return this.#take(turn, progress);
    const { goingOn: gate, underWay } = progress;
    return gate !== undefined && underWay === 1 && turn.want >= this.#plainFrom && onlyAcknowledges(turn)
      ? this.#goOn(turn, progress, gate, before)
      : before.then(() => this.#take(turn, progress));
  }

  async #take(turn: ConsumerTurn, progress: TurnProgress): Promise<ConsumerTurnResult> {
    const { want, known } = turn;
    const open = known === undefined ? progress.gate : undefined;
    const readsPlainly = progress.wasFull && want >= this.#plainFrom;
    // Until all is answered it is not known what was taken.
    progress.gate = progress.goingOn = undefined;
    progress.wasFull = false;
    if (!readsPlainly) return this.#takeInScript(turn, progress, open);
    if (open !== undefined && onlyAcknowledges(turn)) return this.#goOn(turn, progress, open);
    return this.#takeTogether(turn, progress, open);
  }

  async #takeInScript(
    turn: ConsumerTurn,
    progress: TurnProgress,
    open: string | undefined,
  ): Promise<ConsumerTurnResult> {
    const { result } = await this.#run(turn, progress, '');
    progress.gate = open;
    progress.wasFull = result.hasMore && turn.want > 0;
    noteGiven(turn, progress, result);
    return result;
  }

  /** With a plain read, unless the script finds that it has something else to give. */
  async #takeTogether(
    turn: ConsumerTurn,
    progress: TurnProgress,
    open: string | undefined,
  ): Promise<ConsumerTurnResult> {
    const gate = open ?? String(this.#turns + 1);
    const [{ result, isOpen }, read] = await this.#redis.together(() =>
      Promise.all([this.#run(turn, progress, gate), this.#read(turn, progress, gate)]),
    );
    if (isOpen) {
      if (read !== undefined) progress.gate = gate;
      noteGiven(turn, progress, result);
      return this.#withRead(turn, progress, result, read);
    }
    // The read may have come first, to a gate that was open until then.
    const before = await this.#entriesOf(turn, read);
    noteGiven(turn, progress, result);
    progress.given(before, true);
    progress.wasFull = result.hasMore;
    return { ...result, entries: [...result.entries, ...before] };
  }

  /**
   * As one does who is busy: acknowledges, and reads on.
   * @param before the end of the turn behind which it goes on
   */
  async #goOn(
    turn: ConsumerTurn,
    progress: TurnProgress,
    gate: string,
    before?: Promise<boolean>,
  ): Promise<ConsumerTurnResult> {
    const { group, consumer, claims, acknowledged } = turn;
    const number = String(++this.#turns);
    const { from, first } = progress.look({ isBehind: before !== undefined });
    const args = [group, consumer, number, claims, gate, from, first, ...acknowledged];
    progress.goingOn = gate;
    const sent = this.#redis.together(() =>
      Promise.all([this.#redis.run(onwardScript, this.#keys, args), this.#read(turn, progress, gate)]),
    );
    const [[word, read], isKnownBefore = true] = await Promise.all([sent, before]);
    if (word === 'ok' && read !== undefined) {
      if (isKnownBefore) progress.gate = gate;
    } else progress.goingOn = undefined;
    if (word === 'ok') {
      const result = { ...plainResult, claims, entries: [], hasMore: true, lastId: undefined };
      return this.#withRead(turn, progress, result, read);
    }
    const entries = await this.#entriesOf(turn, read);
    progress.given(entries, true);
    const want = turn.want - (read?.length ?? 0);
    const result = await this.#takeInScript({ ...turn, want }, progress, read === undefined ? undefined : gate);
    progress.wasFull ||= want === 0;
    // Perhaps it was refused because there is something unnoticed, or because it was carried out before, and its read too.
    return { ...result, entries: [...entries, ...result.entries], hasMore: progress.wasFull, holdsUnknown: true };
  }

  #run(turn: ConsumerTurn, progress: TurnProgress, gate: string): Promise<ScriptResult> {
    // Whoever says all that it knows is told of all that it has.
    const look = turn.known === undefined ? progress.look({ isBehind: false }) : { from: '', first: '' };
    const args = turnArguments(turn, ++this.#turns, { gate, ...look });
    return this.#redis.run(turnScript, this.#keys, args).then((reply) => turnResult(reply as RedisReply[]));
  }

  async #withRead(
    turn: ConsumerTurn,
    progress: TurnProgress,
    result: ConsumerTurnResult,
    read: readonly RedisEntry[] = [],
  ): Promise<ConsumerTurnResult> {
    const entries = await this.#entriesOf(turn, read);
    progress.given(entries, true);
    if (read.length === 0 && progress.underWay > 1) return { ...result, entries, hasMore: true, lastId: undefined };
    if (read.length === 0 && !result.holdsUnknown) return this.#readInScript(turn, progress, result);
    progress.wasFull = read.length === turn.want;
    const lastId = progress.wasFull ? undefined : read.at(-1)?.[0];
    return { ...result, entries, hasMore: progress.wasFull, lastId };
  }

  /** The consumer has left. */
  forget(group: string, consumer: string): void {
    this.#progress.delete(`${group} ${consumer}`);
  }

  #progressOf(group: string, consumer: string): TurnProgress {
    const name = `${group} ${consumer}`;
    const progress = this.#progress.get(name) ?? new TurnProgress();
    this.#progress.set(name, progress);
    return progress;
  }

  /** `undefined` when the gate is shut. That the group is gone is told by the script of a turn. */
  async #read(
    { group, consumer, want }: ConsumerTurn,
    progress: TurnProgress,
    gate: string,
  ): Promise<readonly RedisEntry[] | undefined> {
    progress.hasReadPlainly = true;
    const keys = [this.#stream, gateKey(this.#stream, group, consumer, gate)];
    const args = ['XREADGROUP', 'GROUP', group, consumer, 'COUNT', String(want), 'STREAMS', ...keys, '>', '>'];
    try {
      return firstEntries(await this.#redis.command(args, { key: this.#stream }));
    } catch (error) {
      if (error instanceof RedisReplyError && error.reply === 'NOGROUP') return undefined;
      throw error;
    }
  }

  /** Without those that were put back for another group: these are done with. */
  async #entriesOf({ group }: ConsumerTurn, read: readonly RedisEntry[] = []): Promise<DeliveredEntry[]> {
    const entries: DeliveredEntry[] = [];
    const foreign: string[] = [];
    for (const [id, fields] of read) {
      if (fields.length === 2 && fields[0] === 'event') entries.push({ id, event: fields[1], deliveries: 1 });
      else {
        const event = eventOf(fields);
        if (event.redriven === undefined || event.redriven.group === group) {
          entries.push({ id, ...event, deliveries: 1 });
        } else foreign.push(id);
      }
    }
    if (foreign.length > 0) await this.#redis.command(['XACK', this.#stream, group, ...foreign]);
    return entries;
  }

  /** What the turn told has taken effect. */
  async #readInScript(
    turn: ConsumerTurn,
    progress: TurnProgress,
    result: ConsumerTurnResult,
  ): Promise<ConsumerTurnResult> {
    const { group, consumer, want, maxDeliveries } = turn;
    const { claims } = result;
    const said = { acknowledged: [], renewed: [], retried: [], buried: [], released: [] };
    const { entries, hasMore, lastId, isUnknown, holdsUnknown } = await this.#take(
      { ...{ group, consumer, want, claims, maxDeliveries }, ...said },
      progress,
    );
    // Should something have been taken from it meanwhile, the next turn tells so by its claims.
    return { ...result, entries, hasMore, lastId, isUnknown, holdsUnknown };
  }
}

/** Of a turn in which nothing happened but what was asked for. */
const plainResult = {
  ...{ isUnknown: false, holdsUnknown: false, claimed: 0, forgotten: 0, claimAfter: undefined },
  ...{ stale: [], lost: [], exhausted: [] },
};

function onlyAcknowledges({ joinsAfter, claim, known, ...turn }: ConsumerTurn): boolean {
  if (joinsAfter !== undefined || claim !== undefined || known !== undefined) return false;
  const { acknowledged, renewed, retried, buried, released } = turn;
  return acknowledged.length > 0 && renewed.length + retried.length + buried.length + released.length === 0;
}

/** What the script gave. */
function noteGiven({ known }: ConsumerTurn, progress: TurnProgress, result: ConsumerTurnResult): void {
  const { entries, isUnknown, lost } = result;
  if (known === undefined || isUnknown) {
    progress.given(entries, false);
    return;
  }
  const gone = new Set(lost);
  progress.holds([...known.filter((id) => !gone.has(id)), ...entries.map(({ id }) => id)]);
}
