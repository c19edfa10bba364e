import type { Payload } from './subject.ts';

const sizeBytes = 256;
/** One text for all numbers of so many digits: making it anew would cost a good part of an add. */
const fillers = Array.from({ length: 10 }, (_, digits) => {
  const rest = sizeBytes - JSON.stringify({ n: 0, filler: '' }).length + 1 - digits;
  // Read from bytes, which makes it one piece in memory as well.
  return Buffer.alloc(rest, 'x').toString('latin1');
});

/** 256 bytes as JSON, for every `n` below 10^9. */
export function payloadOf(n: number): Payload {
  return { n, filler: fillers[String(n).length] ?? '' };
}
