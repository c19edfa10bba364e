import { setMaxListeners } from 'node:events';

/**
 * Runs the listener when the signal is aborted, until the function that it returns is called. One signal often ends
 * many waits, which Node would report as a leak of listeners.
 */
export function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
  if (signal === undefined) return () => {};
  if (signal instanceof EventTarget) setMaxListeners(0, signal);
  signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}
