/** The names of lists and of their keys; docs/redis-keys.md lists them. */
import { InvalidOptionError } from '../errors.ts';

/** The braces make a list and what was set aside from it share a cluster slot; different lists are spread over all. */
export function listPlace(name: string): string {
  if (typeof name !== 'string' || !/^[A-Za-z0-9._-]{1,128}$/.test(name)) {
    throw new InvalidOptionError('list.name', '1 to 128 characters of A-Z a-z 0-9 . _ -');
  }
  return `{${name}}`;
}

/** Where values of the list lie that could not be read. */
export function undecodablePlace(place: string): string {
  return `${place}:undecodable`;
}

export function listKey(namespace: string, place: string): string {
  return `${namespace}:list:${place}`;
}
