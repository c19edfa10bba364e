/** A subscription as an async iterable. The loop is the handler: while it works on one message, the others wait. */
import type { SallyportError } from '../errors.ts';
import type { CatchUpOptions, MessageDetails, MessageHandler, MessagesOptions } from './options.ts';
import type { Subscription } from './subscription.ts';

export interface ReceivedMessage<Message> extends MessageDetails {
  readonly message: Message;
}

export function iterateMessages<Message>(
  subscribe: (handler: MessageHandler<Message>, options: CatchUpOptions) => Promise<Subscription>,
  { signal, ...options }: MessagesOptions,
): AsyncIterableIterator<ReceivedMessage<Message>> {
  let next: { readonly value: ReceivedMessage<Message>; done(): void } | undefined;
  let isStopped = false;
  let wake = () => {};
  const stop = () => {
    isStopped = true;
    wake();
  };

  async function* pump(): AsyncGenerator<ReceivedMessage<Message>, void, undefined> {
    if (signal?.aborted) return;
    signal?.addEventListener('abort', stop, { once: true });
    let subscription: Subscription | undefined;
    let reason: SallyportError | undefined;
    try {
      subscription = await subscribe(
        (message, details) =>
          new Promise<void>((done) => {
            next = { value: { message, ...details }, done };
            wake();
          }),
        { ...options, ordered: true },
      );
      void subscription.ended.then((why) => {
        reason = why;
        stop();
      });
      for (;;) {
        if (isStopped) break;
        if (next === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        const { value, done } = next;
        next = undefined;
        yield value;
        done();
      }
      if (reason !== undefined) throw reason;
    } finally {
      signal?.removeEventListener('abort', stop);
      await subscription?.close();
    }
  }

  const messages = pump();
  return {
    next: () => messages.next(),
    // Ends a wait that is under way; a generator alone would only end after the next message.
    return: () => {
      stop();
      return messages.return(undefined);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
