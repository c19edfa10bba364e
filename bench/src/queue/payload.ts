import type { Payload } from './subject.ts';

const sizeBytes = 256;

/** 256 bytes as JSON, for every `n` below 10^9. */
export function payloadOf(n: number): Payload {
  const rest = sizeBytes - JSON.stringify({ n, filler: '' }).length;
  return { n, filler: 'x'.repeat(rest) };
}
