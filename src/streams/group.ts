/** A group of consumers as an application uses it: each event of the stream goes to one of them. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { backOffOf } from '../failures/back-off.ts';
import type { PayloadSchema } from '../payload/payload.ts';
import { Consumer } from './consumer.ts';
import { createDeadEvents, type DeadEvents } from './dead-letters.ts';
import { checkId, idAfterWhich, type Position } from './entry-id.ts';
import { checkGroupName, checkPart } from './keys.ts';
import { type ConsumeOptions, type GroupOptions, wholeBetween } from './options.ts';
import type { GroupState, PendingEntry, StreamStore } from './store.ts';
import type { EventHandler } from './stream-event.ts';

export interface ConsumerGroup<Event> {
  readonly name: string;
  /** Creates the group now, where its first consumer would. @returns false when it was there already */
  create(): Promise<boolean>;
  /**
   * Starts a consumer in this process. A handler that returns has done its event; what it throws decides on the rest.
   * @throws InvalidOptionError
   */
  consume(handler: EventHandler<Event>, options?: ConsumeOptions): Consumer<Event>;
  /** `undefined` when there is no such group (yet). */
  info(): Promise<GroupState | undefined>;
  /**
   * Events that were given to a consumer and not acknowledged, in the order of their ids.
   * @param page.limit @default 100
   * @param page.after The id of the last one of the page before.
   */
  pending(page?: {
    readonly limit?: number;
    readonly after?: string;
    readonly consumer?: string;
  }): Promise<PendingEntry[]>;
  /** Events that were given up, with all that is needed to understand them and to deliver them again. */
  readonly deadLetters: DeadEvents<Event>;
  /**
   * Goes on from there. What is pending after that place is forgotten, because it comes again, and handlers that still
   * run with it see their signal aborted.
   * @returns false when there is no such group
   */
  seek(position: Position): Promise<boolean>;
  /** Removes the group; its dead letters stay. Close its consumers first: one that runs would make it anew. */
  remove(): Promise<boolean>;
}

export interface GroupSource<Event> {
  readonly stream: string;
  readonly store: StreamStore;
  readonly schema: PayloadSchema<Event> | undefined;
  /** Is told of each consumer, to close it with the stream. */
  readonly started: (consumer: Consumer<Event>) => void;
}

/** @throws InvalidOptionError */
export function createGroup<Event>(
  { stream, store, schema, started }: GroupSource<Event>,
  name: string,
  { from = 'start' }: GroupOptions = {},
): ConsumerGroup<Event> {
  checkGroupName(name);
  const beginsAfter = idAfterWhich('from', from);
  return {
    name,
    create: () => store.createGroup(name, beginsAfter),
    consume: (handler, options = {}) => {
      const { concurrency = 1, batchSize = 100, maxDeliveries = 5, classify } = options;
      const { claimAfterMs = 300_000, claimEveryMs = 60_000, forgetAfterMs = 3_600_000 } = options;
      const consumer = new Consumer<Event>(store, {
        stream,
        group: name,
        name: consumerName(options.name),
        beginsAfter,
        handler,
        schema,
        classify,
        backOff: backOffOf(options.backOff, { maxDelayMs: 60_000 }),
        concurrency: wholeBetween('concurrency', concurrency, 1, 10_000),
        batchSize: wholeBetween('batchSize', batchSize, 1, 5_000),
        maxDeliveries: wholeBetween('maxDeliveries', maxDeliveries, 1, 1_000_000),
        claimAfterMs: wholeBetween('claimAfterMs', claimAfterMs, 50, 2 ** 31 - 1),
        claimEveryMs: wholeBetween('claimEveryMs', claimEveryMs, 10, 2 ** 31 - 1),
        forgetMs: wholeBetween('forgetAfterMs', forgetAfterMs, 1_000, Number.MAX_SAFE_INTEGER),
      });
      started(consumer);
      return consumer;
    },
    info: () => store.groupState(name),
    pending: async ({ limit = 100, after, consumer } = {}) =>
      store.pending(name, {
        limit: wholeBetween('limit', limit, 1, 10_000),
        ...(after === undefined ? {} : { after: checkId('after', after) }),
        ...(consumer === undefined ? {} : { consumer }),
      }),
    deadLetters: createDeadEvents<Event>(store.deadLetters(name)),
    seek: async (position) => store.seek(name, idAfterWhich('position', position)),
    remove: () => store.removeGroup(name),
  };
}

/** Two lives never share a name: what one of them held is not taken for the other's. */
function consumerName(given: string | undefined): string {
  const label =
    given ??
    (hostname()
      .replaceAll(/[^A-Za-z0-9_-]/g, '-')
      .slice(0, 64) ||
      'consumer');
  return `${checkPart('name', label)}.${randomUUID().slice(0, 13)}`;
}
