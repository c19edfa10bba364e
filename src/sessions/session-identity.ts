/** Who signs in, and with what, as it may be stored. */
import { SessionIdentityError } from './errors.ts';
import type { SessionClient, SessionIdentity } from './store.ts';

const maxNameLength = 256;
const maxUserAgentLength = 256;

/** @throws SessionIdentityError */
export function checkIdentity({ userId, username, role }: Partial<SessionIdentity>): Partial<SessionIdentity> {
  for (const [name, value] of Object.entries({ userId, username, role })) {
    if (value !== undefined && (typeof value !== 'string' || value === '' || value.length > maxNameLength)) {
      throw new SessionIdentityError(name, `a string of 1 to ${maxNameLength} characters`);
    }
  }
  return {
    ...(userId === undefined ? {} : { userId }),
    ...(username === undefined ? {} : { username }),
    ...(role === undefined ? {} : { role }),
  };
}

/** What clients say of themselves is cut, never refused: it must not decide whether somebody can sign in. */
export function clientOf({ ipAddress, userAgent }: SessionClient): SessionClient {
  return {
    ...(ipAddress === undefined ? {} : { ipAddress: ipAddress.slice(0, 45) }),
    ...(userAgent === undefined ? {} : { userAgent: userAgent.slice(0, maxUserAgentLength) }),
  };
}
