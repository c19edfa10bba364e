/** What `channels.subscribe` needs of a channel and an application does not. */
import { InvalidOptionError } from '../errors.ts';
import type { ChannelSettings } from './options.ts';

export const settings: unique symbol = Symbol('sallyport.channel');

/** @throws InvalidOptionError */
export function settingsOf<Message>(channel: {
  readonly [settings]: ChannelSettings<Message>;
}): ChannelSettings<Message> {
  const found = (channel as typeof channel | undefined | null)?.[settings];
  if (found === undefined) throw new InvalidOptionError('channels', 'names and channels');
  return found;
}
