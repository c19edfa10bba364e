/** How processes of a round are called, in its plan, its ledgers and its report. */

export function workerName(n: number): string {
  return `worker-${n}`;
}

export function producerName(n: number): string {
  return `producer-${n}`;
}
