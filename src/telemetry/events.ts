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
  'queue.task.done': { readonly queue: string; readonly id: string };
  'queue.task.cancelled': { readonly queue: string; readonly id: string };
  'queue.task.retried': {
    readonly queue: string;
    readonly id: string;
    readonly error: unknown;
    readonly delayMs: number;
  };
  'queue.task.buried': {
    readonly queue: string;
    readonly id: string;
    readonly error: unknown;
    readonly reason: string;
  };
  /** Ended under a lease that had lapsed: its end counts for nothing, for another worker has the task. */
  'queue.task.stale': { readonly queue: string; readonly id: string };
  /** `tasks` were taken from a worker that had been silent for longer than its lease. */
  'queue.recovered': { readonly queue: string; readonly tasks: number };
  'queue.lease.lost': { readonly queue: string; readonly tasks: number };
  'queue.turn.failed': { readonly queue: string; readonly error: unknown };
  'queue.schedule.fired': { readonly queue: string; readonly name: string; readonly tasks: number };
  'queue.schedule.failed': { readonly queue: string; readonly name: string; readonly error: unknown };
  'queue.depth': { readonly queue: string; readonly level: string; readonly from: string; readonly waiting: number };
  'queue.alert': { readonly queue: string; readonly alert: string; readonly snapshot: unknown };
  'queue.alert.over': { readonly queue: string; readonly alert: string };
  'queue.paused': { readonly queue: string };
  'queue.resumed': { readonly queue: string };
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
