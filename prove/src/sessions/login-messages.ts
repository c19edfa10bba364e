/** What the proof and its servers say to each other. */
import type { DeviceOptions } from 'sallyport/sessions';

/** Where and how users sign in: a server opens each of them once. */
export interface LoginPlace {
  readonly url: string;
  readonly namespace: string;
  readonly layout: 'hash' | 'string';
  readonly devices: DeviceOptions;
}

export interface LoginOrder {
  readonly place: LoginPlace;
  readonly userId: string;
  /** 0 only makes the connection. */
  readonly logins: number;
  /** How many of them are under way at a time. */
  readonly atOnce: number;
}

/** Of one login. The id goes to the process that checks, and nowhere else. */
export type LoginAnswer =
  | { readonly status: 'signed-in'; readonly id: string }
  | { readonly status: 'refused' }
  | { readonly status: 'failed'; readonly message: string };
