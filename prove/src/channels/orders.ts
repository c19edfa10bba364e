/** What the processes of a round are told, besides what each stage tells. */
import type { WorkerStrike } from '../faults/strike.ts';
import type { PlannedMessage, PlannedSubscriber } from './plan.ts';

export interface ChannelAddress {
  readonly channel: string;
  readonly isSharded: boolean;
  readonly maxLength: number;
  readonly deadlineMs: number;
}

export interface PublisherOrders extends ChannelAddress {
  readonly messages: readonly PlannedMessage[];
  readonly publishesAtOnce: number;
}

export interface SubscriberOrders extends ChannelAddress {
  readonly subscriber: PlannedSubscriber;
  /** The id of the last message that it has, `0` for all that are kept; empty: what is published from now on. */
  readonly after: string;
  readonly strikes: readonly WorkerStrike[];
  readonly stayMs: number;
}
