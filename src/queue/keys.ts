/** The names of a queue's keys; docs/redis-keys.md lists them. All keys of one queue share a cluster slot. */
import { InvalidOptionError } from '../errors.ts';

/** What every key of the queue begins with; the scripts append the rest. */
export function queueBase(namespace: string, name: string): string {
  return `${namespace}:queue:{${checkQueueName(name)}}`;
}

/** @throws InvalidOptionError */
export function checkQueueName(name: string): string {
  if (!/^[A-Za-z0-9._-]{1,128}$/.test(name)) {
    throw new InvalidOptionError('queue.name', '1 to 128 characters of A-Z a-z 0-9 . _ -');
  }
  return name;
}
