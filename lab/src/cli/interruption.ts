/** Ctrl-C and its like: the first ends the run and lets it write its report, the second ends the program at once. */

export interface Interruption {
  readonly signal: AbortSignal;
  /** Gives the signals back to Node's defaults. */
  release(): void;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A terminal and a parent process may both pass on one Ctrl-C. */
const samePressMs = 300;

/** @param onFirst Is called once, when the run is ended. */
export function watchInterruption(onFirst: () => void): Interruption {
  const controller = new AbortController();
  let firstAt: number | undefined;
  const onSignal = () => {
    if (firstAt === undefined) {
      firstAt = performance.now();
      onFirst();
      controller.abort();
    } else if (performance.now() - firstAt > samePressMs) {
      // The children's reaper sees the end of this process and ends them.
      process.exit(130);
    }
  };
  for (const name of signals) process.on(name, onSignal);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of signals) process.off(name, onSignal);
    },
  };
}
