/** The channel that a round is about. */
import type { Channel } from 'sallyport/channels';
import { openApp, type ProofApp } from '../rounds/open-app.ts';
import type { ChannelAddress } from './orders.ts';

export interface Message {
  readonly name: string;
}

export async function openChannel(
  address: ChannelAddress & { readonly url: string },
): Promise<ProofApp & { readonly channel: Channel<Message> }> {
  const opened = await openApp(address);
  const { channel: name, isSharded, maxLength } = address;
  return { ...opened, channel: opened.app.channel<Message>(name, { durable: { maxLength }, sharded: isSharded }) };
}
