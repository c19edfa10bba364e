import { SessionNotSerialisableError } from './errors.ts';

const maxDepth = 32;

/**
 * Refuses what would come back different: functions, symbols, bigint, NaN, undefined inside lists, Dates, Maps, class
 * instances and cycles. What passes reads the same after any codec, so stores and codecs can be exchanged.
 * @throws SessionNotSerialisableError naming the place.
 */
export function assertSerialisable(value: unknown, path: string, depth = 0): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new SessionNotSerialisableError(path, `is ${value}, which JSON cannot hold`);
    return;
  }
  if (typeof value !== 'object') {
    throw new SessionNotSerialisableError(path, `is of type ${typeof value}, which cannot be stored`);
  }
  if (depth >= maxDepth) throw new SessionNotSerialisableError(path, `is nested deeper than ${maxDepth} (a cycle?)`);
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) assertSerialisable(value[index], `${path}[${index}]`, depth + 1);
    return;
  }
  if (value instanceof Date) {
    throw new SessionNotSerialisableError(path, 'is a Date: store date.toISOString() or date.getTime()');
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new SessionNotSerialisableError(
      path,
      `is a ${value.constructor?.name ?? 'class instance'}: store a plain object`,
    );
  }
  if ('toJSON' in value) throw new SessionNotSerialisableError(path, 'has a toJSON method: store its result');
  for (const [name, member] of Object.entries(value)) {
    // JSON leaves an undefined member out, which reads the same as undefined.
    if (member !== undefined) assertSerialisable(member, `${path}.${name}`, depth + 1);
  }
}
