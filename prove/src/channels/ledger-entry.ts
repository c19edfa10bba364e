/** What publishers and subscribers of a channel write down. */
import type { LifeEntry } from '../ledger.ts';

export type ChannelEntry =
  | LifeEntry
  /** A publisher is about to publish it. */
  | { readonly event: 'asked'; readonly name: string }
  /** The publisher was told that it was kept and sent. */
  | { readonly event: 'acked'; readonly name: string; readonly id: string }
  /** The publisher was told that nobody knows, and it did not publish it again. */
  | { readonly event: 'ambiguous'; readonly name: string }
  /** @param afterGap the message said that something is missing before it */
  | { readonly event: 'got'; readonly name: string; readonly id: string; readonly afterGap: boolean }
  | { readonly event: 'gap'; readonly reason: string; readonly after: string }
  /** A subscription was closed, and said that this was its last message. */
  | { readonly event: 'left'; readonly lastId?: string };
