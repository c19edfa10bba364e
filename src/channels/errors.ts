import { SallyportError } from '../errors.ts';

/**
 * A subscription was ended because its handler could not keep up: more messages waited than its buffer holds. Durable
 * channels have no such end: there the subscription reads on from the stream.
 */
export class ChannelSlowError extends SallyportError {
  override readonly name: string = 'ChannelSlowError';
  /** The channel whose message found no room. */
  readonly channel: string;

  constructor(channel: string, bufferSize: number) {
    super(
      'ERR_CHANNEL_SLOW',
      `A subscription to the channel ${channel} was ended: ${bufferSize} messages waited for its handler. ` +
        'Handle them faster, raise bufferSize, or make the channel durable.',
    );
    this.channel = channel;
  }
}
