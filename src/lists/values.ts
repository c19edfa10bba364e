/** The endless consumer: the values of a list as an async iterable. */
import { setTimeout as delay } from 'node:timers/promises';
import { RedisUnavailableError } from '../redis/errors.ts';
import { reconnectDelayMs } from '../redis/reconnect-delay.ts';
import { ListUndecodableError } from './errors.ts';
import { onAbort } from './on-abort.ts';
import { type ValuesOptions, type Wait, waitOf } from './options.ts';

/** @param popOne One value, waiting for ever; with `asksFirst` false through an outage from the start. */
export function iterateValues<Value>(
  popOne: (wait: Wait, asksFirst: boolean) => Promise<Value>,
  { onUndecodable, signal: outer, ...rest }: ValuesOptions,
): AsyncIterableIterator<Value> {
  const end = new AbortController();
  const wait = waitOf({ ...rest, signal: end.signal, timeoutSeconds: 0 });
  const abort = () => end.abort();
  const forget = onAbort(outer, abort);
  if (outer?.aborted) abort();

  async function* pump(): AsyncGenerator<Value, void, undefined> {
    for (let failures = 0; !end.signal.aborted; ) {
      let value: Value;
      try {
        value = await popOne(wait, failures === 0);
      } catch (error) {
        if (end.signal.aborted && error === end.signal.reason) return;
        if (error instanceof ListUndecodableError && onUndecodable !== undefined) {
          await onUndecodable(error);
        } else if (error instanceof RedisUnavailableError && error.reason !== 'closed') {
          await delay(reconnectDelayMs(failures++), undefined, { signal: end.signal }).catch(() => {});
        } else {
          throw error;
        }
        continue;
      }
      failures = 0;
      yield value;
    }
  }

  const values = pump();
  const finish = <Result>(result: Result): Result => {
    forget();
    return result;
  };
  return {
    next: () =>
      values.next().then(
        (result) => (result.done ? finish(result) : result),
        (error: unknown) => {
          throw finish(error);
        },
      ),
    // Ends a wait that is under way; a generator alone would only end after the next value, which would then be lost.
    return: () => {
      end.abort();
      return values.return(undefined).then(finish);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
