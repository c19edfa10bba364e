import { hash } from 'node:crypto';
import type { SessionDevice } from './device.ts';

/** Tells one device of a user from the others: 36 bits of SHA-256, so that an entry stays short. Empty without an id. */
export function deviceMark(device: SessionDevice | undefined): string {
  return device?.id === undefined ? '' : hash('sha256', device.id, 'base64url').slice(0, 6);
}
