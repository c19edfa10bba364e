/** The three lengths of a run. */

export type LabMode = 'default' | 'quick' | 'full';

export interface ModeSettings {
  /** 1 = real times, 0.1 = a tenth. */
  readonly timeScale: number;
  /** How long one experiment may take before it is stopped. */
  readonly timeLimitMs: number;
}

export const modeSettings: Readonly<Record<LabMode, ModeSettings>> = {
  quick: { timeScale: 0.1, timeLimitMs: 60_000 },
  default: { timeScale: 1, timeLimitMs: 300_000 },
  full: { timeScale: 1, timeLimitMs: 1_800_000 },
};
