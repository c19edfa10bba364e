/** The names of a stream's keys; docs/redis-keys.md lists them. All keys of one stream share a cluster slot. */
import { InvalidOptionError } from '../errors.ts';

/** The key of the stream itself, with which all its others begin. */
export function streamBase(namespace: string, name: string): string {
  return `${namespace}:stream:{${checkStreamName(name)}}`;
}

/** Without it a read of the consumer takes nothing; see prelude.lua. */
export function gateKey(base: string, group: string, consumer: string, number: string): string {
  return `${base}:gate:${group}:${consumer}:${number}`;
}

/** @throws InvalidOptionError */
export function checkStreamName(name: string): string {
  return checkPart('stream.name', name);
}

/** @throws InvalidOptionError */
export function checkGroupName(name: string): string {
  return checkPart('group.name', name);
}

/** @throws InvalidOptionError */
export function checkPart(option: string, text: string): string {
  if (typeof text !== 'string' || !/^[A-Za-z0-9._-]{1,128}$/.test(text)) {
    throw new InvalidOptionError(option, '1 to 128 characters of A-Z a-z 0-9 . _ -');
  }
  return text;
}
