/** What a subscription is told when messages are, or may be, missing before the next one. */
export interface ChannelGap {
  readonly channel: string;
  /**
   * `disconnected`: the connection was lost for a while; on a channel that is not durable nobody knows what came meanwhile.
   * `trimmed`: messages had been removed by length or age before they were read.
   * `reset`: Redis lost its data, or a part of it: the message after which to go on is unknown there.
   */
  readonly reason: 'disconnected' | 'trimmed' | 'reset';
  /** Durable channels: the id of the last message before the gap. */
  readonly after?: string;
}
