/** Doubling from 50 ms to 500 ms, with half of it random so that servers do not return in step. */
export function reconnectDelayMs(attempt: number): number {
  const ceiling = Math.min(500, 50 * 2 ** Math.min(attempt, 5));
  return ceiling / 2 + Math.random() * (ceiling / 2);
}
