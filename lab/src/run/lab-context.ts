/** The context that an experiment works with, and everything it starts through it. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Programs } from '../cluster/index.ts';
import type { LabContext } from '../experiments/context.ts';
import { seededRandom } from '../experiments/seeded-random.ts';
import type { Language } from '../language.ts';
import type { RunningScheme } from '../schemes/running-scheme.ts';
import { startScheme } from '../schemes/start-scheme.ts';
import type { LabMode } from './mode.ts';
import { runWords } from './words.ts';

export interface ContextSettings {
  /** Of what is said while a scheme starts. @default 'en' */
  readonly language?: Language;
  readonly experimentId: string;
  readonly mode: LabMode;
  readonly timeScale: number;
  readonly seed: number;
  readonly programs: Programs;
  /** Aborted when the run is interrupted or the experiment's time is over. */
  readonly signal: AbortSignal;
  readonly progress: (message: string) => void;
  readonly notice: (message: string) => void;
}

export interface OwnedContext extends LabContext {
  /** Stops every scheme that was started, also those that are still starting. Never rejects. */
  stopAll(): Promise<void>;
}

export function createLabContext(settings: ContextSettings): OwnedContext {
  const { language = 'en', experimentId, mode, timeScale, seed, programs, signal, progress, notice } = settings;
  const schemes = new Set<Promise<RunningScheme>>();
  return {
    mode,
    timeScale,
    random: seededRandom(seed, experimentId),
    signal,
    scaled: (ms) => ms * timeScale,
    wait: async (ms) => {
      signal.throwIfAborted();
      try {
        await delay(ms, undefined, { signal });
      } catch (error) {
        // The reason says more than the timer's own error.
        signal.throwIfAborted();
        throw error;
      }
    },
    count: (choices) => choices[mode],
    progress,
    notice,
    startScheme: async (scheme, options = {}) => {
      signal.throwIfAborted();
      // Whoever starts many for one comparison says himself what is going on.
      if (options.ports !== 'free') progress(runWords(language).startingScheme(scheme));
      const starting = startScheme(scheme, options, { programs, timeScale, notice });
      schemes.add(starting);
      const running = await starting;
      signal.throwIfAborted();
      return running;
    },
    stopAll: async () => {
      await Promise.allSettled([...schemes].map(async (starting) => (await starting).stop()));
    },
  };
}
