import type { SallyportError } from '../errors.ts';

export interface Subscription {
  /** The channels, or the pattern. */
  readonly sources: readonly string[];
  /**
   * Of one durable channel: the id of the last message whose handler has ended (when not ordered: of the latest one).
   * Keep it to go on `after` it, also in another process. `undefined` until there was one.
   */
  readonly lastId: string | undefined;
  /** Resolves when the subscription has ended: without a value by `close`, else with the reason. Never rejects. */
  readonly ended: Promise<SallyportError | undefined>;
  /**
   * The handler is not called any more; a call that is under way is not awaited. Resolves when Redis has confirmed that
   * the last subscription of this process to the channel has gone.
   */
  close(): Promise<void>;
}

/** What begins and ends with a subscription. */
export interface Lifetime {
  readonly subscription: Subscription;
  /** @param reason set when the subscription was not ended by its owner */
  end(reason?: SallyportError): Promise<void>;
}

export function beginSubscription(
  sources: readonly string[],
  lastId: () => string | undefined,
  onEnd: () => Promise<unknown>,
): Lifetime {
  let tell: (reason: SallyportError | undefined) => void = () => {};
  const ended = new Promise<SallyportError | undefined>((resolve) => {
    tell = resolve;
  });
  let ending: Promise<void> | undefined;
  const end = (reason?: SallyportError) => {
    ending ??= (async () => {
      tell(reason);
      await onEnd();
    })();
    return ending;
  };
  return {
    subscription: {
      sources,
      get lastId() {
        return lastId();
      },
      ended,
      close: () => end(),
    },
    end,
  };
}
