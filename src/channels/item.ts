import type { ChannelGap } from './gap.ts';

/** What waits in the buffer of a subscription. */
export type Item = MessageItem | GapItem;

export interface MessageItem {
  readonly channel: string;
  /** Of a durable message. */
  readonly id?: string;
  /** As JSON. */
  readonly payload: string;
  readonly gap?: undefined;
}

interface GapItem {
  readonly channel: string;
  readonly gap: ChannelGap;
}
