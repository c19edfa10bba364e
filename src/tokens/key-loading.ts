import { InvalidOptionError } from '../errors.ts';
import { TokenKeysUnavailableError } from './errors.ts';

/** How long a callback may take. A request that needs the key waits for it. */
const deadlineMs = 10_000;
/** After a failure the callback is not asked again for so long: not every request is to knock at a door that is shut. */
const retryMs = 1_000;

/**
 * Loads a key when it is first needed, once for all who wait, and keeps it. A failure is not kept: it is tried again.
 * @throws TokenKeysUnavailableError when the callback fails or takes too long; InvalidOptionError when what it gives
 *   is not fit for its algorithm
 */
export function loadedOnce<Key>(load: () => Promise<Key>): () => Promise<Key> {
  let loading: Promise<Key> | undefined;
  let failure: { readonly error: Error; readonly atMs: number } | undefined;
  return () => {
    if (failure !== undefined && performance.now() - failure.atMs < retryMs) return Promise.reject(failure.error);
    loading ??= inTime(load).catch((cause: unknown) => {
      loading = undefined;
      failure = { error: failureOf(cause), atMs: performance.now() };
      throw failure.error;
    });
    return loading;
  };
}

function failureOf(cause: unknown): Error {
  if (cause instanceof InvalidOptionError || cause instanceof TokenKeysUnavailableError) return cause;
  // Its message is the application's own, and may quote what no message is to show.
  return new TokenKeysUnavailableError('the callback of a key failed', { cause });
}

function inTime<Key>(load: () => Promise<Key>): Promise<Key> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new TokenKeysUnavailableError(`the callback of a key has not answered within ${deadlineMs} ms`));
    }, deadlineMs);
    load()
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}
