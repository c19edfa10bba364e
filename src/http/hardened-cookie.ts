import { parseCookie, stringifySetCookie } from 'cookie';
import { InvalidOptionError } from '../errors.ts';

/** What the cookies of this package have in common: scripts cannot read them, and a name that says where they belong. */
export interface HardenedCookieSettings {
  /** What options are called in errors, e.g. `session.cookie`. */
  readonly option: string;
  /** Without a prefix. */
  readonly name: string;
  readonly path: string;
  readonly sameSite: 'lax' | 'strict' | 'none';
  /** No Secure, and so no prefix either. */
  readonly allowInsecure: boolean;
}

/** One cookie by RFC 6265bis: HttpOnly, Secure, SameSite, and the prefix that browsers hold it to. */
export interface HardenedCookie {
  /** With its prefix: `__Host-` for the path `/`, else `__Secure-`, none for an insecure one. */
  readonly name: string;
  /** Its value in a `Cookie` header, if any. */
  read(header: string | undefined): string | undefined;
  /** A `Set-Cookie` value. @param maxAgeSeconds without it the browser keeps it until it is closed */
  store(value: string, maxAgeSeconds?: number): string;
  /** A `Set-Cookie` value that makes the browser forget it. */
  clear(): string;
}

/** @throws InvalidOptionError */
export function hardenedCookie({
  option,
  name,
  path,
  sameSite,
  allowInsecure,
}: HardenedCookieSettings): HardenedCookie {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
    throw new InvalidOptionError(`${option}.name`, '1 to 64 characters of A-Z a-z 0-9 _ -');
  }
  if (!['lax', 'strict', 'none'].includes(sameSite)) {
    throw new InvalidOptionError(`${option}.sameSite`, "'lax', 'strict' or 'none'");
  }
  if (sameSite === 'none' && allowInsecure) {
    throw new InvalidOptionError(`${option}.sameSite`, "'lax' or 'strict' when allowInsecure is set");
  }
  const prefix = path === '/' ? '__Host-' : '__Secure-';
  const fullName = allowInsecure ? name : `${prefix}${name}`;
  const attributes = { path, httpOnly: true, secure: !allowInsecure, sameSite } as const;
  return {
    name: fullName,
    read: (header) => (header === undefined ? undefined : parseCookie(header)[fullName]),
    store: (value, maxAgeSeconds) =>
      stringifySetCookie({
        name: fullName,
        value,
        ...attributes,
        ...(maxAgeSeconds === undefined ? {} : { maxAge: maxAgeSeconds }),
      }),
    clear: () => stringifySetCookie({ name: fullName, value: '', ...attributes, maxAge: 0 }),
  };
}
