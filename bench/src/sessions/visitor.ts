/** Who signs in, and what is kept of them: the same in every library. */
import { pageOf, visitorRecord } from '../layouts/visitor-record.ts';

/** What an application adds to the fields of a login. */
export interface VisitorFields {
  readonly page: string;
}

export interface StoredVisitor extends VisitorFields {
  readonly userId: string;
  readonly username: string;
  readonly role: string;
  readonly ipAddress: string;
  readonly userAgent: string;
  /** ms since the Unix epoch */
  readonly loginTime: number;
}

export interface Profile {
  readonly userId: string;
  readonly role: string;
  readonly page: string;
}

export const idleTimeoutSeconds = 1_800;
/** 32 characters at least, as some of the libraries ask for. */
export const secret = 'for a benchmark only, and no secret at all';

/** The 111 characters that every request sends. */
export const userAgent: string = visitorRecord(0, 0).userAgent;

export function identityOf(n: number): { userId: string; username: string; role: string } {
  const { userId, username, role } = visitorRecord(n, 0);
  return { userId, username, role };
}

export function fieldsOf(n: number): VisitorFields {
  return { page: pageOf(n) };
}

/** What is stored by libraries that leave all of it to the application. */
export function storedVisitor(n: number, ipAddress: string, agent: string): StoredVisitor {
  return { ...identityOf(n), ipAddress, userAgent: agent, loginTime: Date.now(), ...fieldsOf(n) };
}

export function profileOf({ userId, role, page }: Profile): Profile {
  return { userId, role, page };
}

/** What visitor `n` is to be answered. */
export function expectedProfile(n: number): Profile {
  return profileOf({ ...identityOf(n), ...fieldsOf(n) });
}

/** The number in `/login/17`, `undefined` for another path. */
export function loginNumber(path: string | undefined): number | undefined {
  const digits = /^\/login\/(\d+)$/.exec(path ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
}
