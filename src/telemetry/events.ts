import { type Channel, channel } from 'node:diagnostics_channel';

/**
 * What Sallyport tells the outside, by name. Logs, metrics and the audit trail subscribe with
 * `diagnostics_channel.subscribe('sallyport:session.created', listener)`. No payload holds a session id or a token.
 */
export interface SallyportEvents {
  'session.created': { readonly userId?: string };
  'session.rotated': { readonly userId?: string };
  'session.ended': { readonly userId?: string; readonly reason: string };
  'session.conflicted': { readonly field: string; readonly attempts: number };
  'session.undecodable': { readonly cause: unknown };
  'token.refused': { readonly code: string };
  'token.revoked': { readonly scope: 'token' | 'user' | 'device' };
  'redis.unavailable': { readonly reason: string };
  'redis.available': { readonly afterMs: number };
}

const channels = new Map<string, Channel>();

/** Costs one map look-up when nobody listens. */
export function emit<Name extends keyof SallyportEvents>(name: Name, payload: SallyportEvents[Name]): void {
  let target = channels.get(name);
  if (target === undefined) {
    target = channel(`sallyport:${name}`);
    channels.set(name, target);
  }
  if (target.hasSubscribers) target.publish(payload);
}
