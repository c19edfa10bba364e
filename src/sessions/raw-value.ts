import type { RawValue } from './codec.ts';

/** Whether two encoded values, or absences, are the same bytes. */
export function sameRawValue(one: RawValue | undefined, other: RawValue | undefined): boolean {
  if (typeof one === 'object' && typeof other === 'object') return one.equals(other);
  return one?.toString() === other?.toString();
}

/** Bytes of a session's data as every store counts them against `maxDataBytes`: names and encoded values. */
export function dataSizeBytes(data: ReadonlyMap<string, RawValue>): number {
  let bytes = 0;
  for (const [field, value] of data) bytes += Buffer.byteLength(field) + Buffer.byteLength(value);
  return bytes;
}
