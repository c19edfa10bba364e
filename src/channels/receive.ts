/** From what waits in a subscription's buffer to a call of its handler. */
import { checkPayload, type PayloadSchema } from '../payload/payload.ts';
import { emit } from '../telemetry/events.ts';
import type { ChannelGap } from './gap.ts';
import type { Item, MessageItem } from './item.ts';
import type { MessageHandler } from './options.ts';

export interface Receiving<Message> {
  readonly handler: MessageHandler<Message>;
  readonly pattern: string | undefined;
  readonly onGap: ((gap: ChannelGap) => unknown) | undefined;
  /** The id of a message whose handler has ended, or of one that was left out. */
  readonly onEnded: (id: string) => void;
  schemaOf(channel: string): PayloadSchema<Message> | undefined;
}

/** Answers without a promise when nothing is asynchronous, so that a synchronous handler is called at once. */
export function receive<Message>({
  handler,
  pattern,
  onGap,
  onEnded,
  schemaOf,
}: Receiving<Message>): (item: Item) => unknown {
  let untold: ChannelGap | undefined;

  function call(message: Message, { channel, id }: MessageItem): unknown {
    const gap = untold;
    untold = undefined;
    return handler(message, { channel, pattern, id, gap });
  }

  function receiveMessage(item: MessageItem): unknown {
    const { channel, payload } = item;
    let value: unknown;
    try {
      value = JSON.parse(payload);
    } catch {
      // The parser's error quotes the text.
      emit('channel.message.undecodable', { channel, reason: 'not-json' });
      return undefined;
    }
    const schema = schemaOf(channel);
    if (schema === undefined) return call(value as Message, item);
    // The schema's error may quote the message.
    const refuse = () => emit('channel.message.undecodable', { channel, reason: 'schema' });
    let checked: Message | Promise<Message>;
    try {
      checked = checkPayload(value, schema);
    } catch {
      refuse();
      return undefined;
    }
    if (!(checked instanceof Promise)) return call(checked, item);
    return checked
      .then(
        (message) => () => call(message, item),
        () => refuse,
      )
      .then((next) => next());
  }

  return (item) => {
    if (item.gap !== undefined) {
      // The oldest of several gaps has the last message before them.
      untold ??= item.gap;
      return onGap?.(item.gap);
    }
    const { id } = item;
    if (id === undefined) return receiveMessage(item);
    const ended = () => onEnded(id);
    let result: unknown;
    try {
      result = receiveMessage(item);
    } catch (error) {
      ended();
      throw error;
    }
    if (result instanceof Promise) return result.finally(ended);
    ended();
    return result;
  };
}
