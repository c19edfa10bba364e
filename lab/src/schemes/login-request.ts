/** Who a `POST /login` says it is. The lab's users have no passwords: what it studies begins after the password. */
import type { Request } from 'express';

export interface LoginUser {
  readonly userId: string;
  readonly username: string;
  readonly role?: string;
}

/** @throws an error that Express answers with 400 */
export function readLogin({ body }: Request): LoginUser {
  const { userId, username, role } = (body ?? {}) as Record<string, unknown>;
  const isName = (value: unknown): value is string => typeof value === 'string' && /^.{1,256}$/.test(value);
  if (!isName(userId) || !isName(username) || !(role === undefined || isName(role))) {
    const message = 'POST /login takes JSON: { "userId": "…", "username": "…", "role": "…" (optional) }';
    throw Object.assign(new Error(message), { status: 400, expose: true });
  }
  return { userId, username, ...(role === undefined ? {} : { role }) };
}
