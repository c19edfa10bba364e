/** A signal that is aborted by time or by another signal, whichever comes first. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  /** True when it was the time. */
  readonly isOver: boolean;
  /** Ends the watch; the signal stays as it is. */
  release(): void;
}

/**
 * In the place of `AbortSignal.any([signal, AbortSignal.timeout(ms)])`: there nothing holds the second signal, and once
 * it has been collected as garbage it never ends anything (seen on Node 20).
 */
export function timeLimit(limitMs: number, outer?: AbortSignal): TimeLimit {
  const end = new AbortController();
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = !end.signal.aborted;
    end.abort(new DOMException('The time limit is over.', 'TimeoutError'));
  }, limitMs);
  const interrupt = () => end.abort(outer?.reason);
  if (outer?.aborted === true) interrupt();
  outer?.addEventListener('abort', interrupt, { once: true });
  return {
    signal: end.signal,
    get isOver() {
      return isOver;
    },
    release: () => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', interrupt);
    },
  };
}
