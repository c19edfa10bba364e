import { SessionIdentityError } from './errors.ts';

/** The device that a session was opened on, as far as the application knows it. */
export interface SessionDevice {
  /** `desktop`, `phone`, `tablet`, `tv` … : what limits go by. 1 to 12 characters of a-z 0-9 -. @default 'other' */
  readonly type?: string;
  /**
   * Names this one device of the user, 1 to 64 characters: when it signs in again, its session from before ends.
   */
  readonly id?: string;
  /** What its user calls it, cut to 64 characters. */
  readonly name?: string;
  /** Where it is, e.g. a city, cut to 64 characters. */
  readonly place?: string;
}

export const otherType = 'other';
const maxLength = 64;

/** @throws SessionIdentityError for a type or an id that cannot be one */
export function checkDevice({ type, id, name, place }: SessionDevice): SessionDevice {
  if (type !== undefined && !isDeviceType(type)) {
    throw new SessionIdentityError('device.type', '1 to 12 characters of a-z 0-9 -');
  }
  if (id !== undefined && (typeof id !== 'string' || id === '' || id.length > maxLength)) {
    throw new SessionIdentityError('device.id', `a string of 1 to ${maxLength} characters`);
  }
  return {
    ...(type === undefined ? {} : { type }),
    ...(id === undefined ? {} : { id }),
    // What clients say of themselves is cut, never refused.
    ...(name ? { name: String(name).slice(0, maxLength) } : {}),
    ...(place ? { place: String(place).slice(0, maxLength) } : {}),
  };
}

export function isDeviceType(type: unknown): type is string {
  return typeof type === 'string' && /^[a-z0-9-]{1,12}$/.test(type);
}
