/** The names of channels and what they are in Redis; docs/redis-keys.md lists them. */
import { InvalidOptionError } from '../errors.ts';

/** @throws InvalidOptionError */
export function checkName(name: string, option: 'channel' | 'pattern'): string {
  if (typeof name !== 'string' || !/^[^\s\p{Cc}\p{Cs}]{1,256}$/u.test(name)) {
    throw new InvalidOptionError(option, '1 to 256 characters without spaces, line ends and control characters');
  }
  return name;
}

/**
 * The channel in Redis and, for a durable one, the key of its stream: they have the same name, and so share a cluster slot.
 * No character of a namespace has a meaning in a pattern.
 */
export function channelKey(namespace: string, name: string): string {
  return `${namespace}:channel:${name}`;
}
