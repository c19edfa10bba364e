import type { ClaimSettings } from './claim-search.ts';
import type { DeliverySettings } from './delivery.ts';

export interface ConsumerSettings<Event> extends DeliverySettings<Event>, ClaimSettings {
  /** A name of its own for each life of each consumer. */
  readonly name: string;
  /** The id after which the group begins if it is not there. */
  readonly beginsAfter: string;
  readonly concurrency: number;
  /** Entries taken ahead of those that run. */
  readonly batchSize: number;
}
