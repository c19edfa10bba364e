import { type Channel, channel } from 'node:diagnostics_channel';

/**
 * What Sallyport tells the outside, by name. Logs, metrics and the audit trail subscribe with
 * `diagnostics_channel.subscribe('sallyport:session.created', listener)`. No payload holds a session id or a token.
 */
export interface SallyportEvents {
  'session.created': { readonly userId?: string };
  'session.rotated': { readonly userId?: string };
  /** Told for an access that starts the idle time anew. */
  'session.renewed': { readonly userId?: string };
  /** `session`: its handle, when it was ended from elsewhere. */
  'session.ended': { readonly userId?: string; readonly reason: string; readonly session?: string };
  /** The time of a user's session ran out; once over all servers. `session`: its handle. */
  'session.expired': { readonly userId: string; readonly session: string; readonly deviceType: string };
  /** Expired sessions cannot be found here (`NOPERM`, a store that fails); told once until it succeeds again. */
  'session.expiry.failed': { readonly error: unknown };
  /** A login met a limit of `session.devices`. */
  'session.limit.met': { readonly userId: string; readonly scope: string; readonly whenFull: string };
  /** Sessions were ended from elsewhere, and telling their user failed. They are over all the same. */
  'session.notice.failed': { readonly userId: string; readonly error: unknown };
  'session.conflicted': { readonly field: string; readonly attempts: number };
  /** A read was answered from memory while Redis was away. */
  'session.stale': { readonly ageMs: number };
  /** Sessions are read from Redis, for changes cannot be heard here (`cluster`, `NOPERM`, …). Told once. */
  'session.coherence.unavailable': { readonly reason: string };
  /** What was in memory has been dropped. */
  'session.coherence.lost': { readonly reason: 'disconnected' | 'lapsed' };
  'session.coherence.regained': Readonly<Record<never, never>>;
  'session.undecodable': { readonly cause: unknown };
  /** Told to one of all servers, as is `presence.offline`. */
  'presence.online': { readonly userId: string };
  /** `left`: by `offline`; `silent`: no heartbeat came for long enough. */
  'presence.offline': { readonly userId: string; readonly reason: 'left' | 'silent' };
  /** It is tried again. */
  'presence.failed': { readonly step: 'heartbeat' | 'sweep'; readonly error: unknown };
  /** Too many, or too old, after Redis had been away. */
  'presence.heartbeats.dropped': { readonly heartbeats: number };
  'token.refused': { readonly code: string };
  /** A token was used more often than `maxUsesPerMinute`: an alarm. `uses` within the last minute, as far as is known. */
  'token.abused': {
    readonly userId: string;
    readonly jti: string;
    readonly familyId?: string;
    readonly uses: number;
    readonly action: 'revoke' | 'alert';
  };
  /** An abused token is refused on this server, but could not be taken back on all; told once for each, and tried again. */
  'token.abused.unstored': { readonly userId: string; readonly jti: string; readonly error: unknown };
  /** Uses of tokens could not be added to those of other servers; told once until it succeeds again. */
  'token.uses.unmerged': { readonly error: unknown };
  'token.revoked': { readonly scope: 'token' | 'user' | 'device' | 'family' | 'key' };
  /** This server may miss revocations: `whenBehind` decides. The latest it knows of for certain are `lagMs` old. */
  'token.revocations.behind': { readonly lagMs: number };
  'token.revocations.current': { readonly afterMs: number };
  /** Some of the feed was missing: it is being read again from its start. */
  'token.revocations.gap': Readonly<Record<never, never>>;
  /** The feed cannot be read here (`NOPERM`, …). Told once. */
  'token.revocations.unavailable': { readonly reason: string };
  'token.pair.issued': { readonly userId: string; readonly deviceId?: string; readonly familyId: string };
  /** `repeated`: the refresh token had just been spent, and the same successor was given again. */
  'token.pair.refreshed': { readonly userId: string; readonly familyId: string; readonly repeated: boolean };
  'token.family.ended': { readonly userId: string; readonly familyId: string; readonly reason: string };
  /** A refresh token came back that ought not to: an alarm. `unknown` has a user only when the family is known. */
  'token.reuse': {
    readonly class: 'replayed-after-grace' | 'replayed-after-logout' | 'unknown';
    readonly familyId: string;
    readonly userId?: string;
    readonly deviceId?: string;
  };
  /** A good refresh token came from another device than its own, `deviceId`: an alarm. */
  'token.device.refused': {
    readonly userId: string;
    readonly familyId: string;
    readonly deviceId?: string;
    readonly familyEnded: boolean;
  };
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
  /** The task is done, but what its handler returned cannot be kept: JSON cannot hold it, or it is too large. */
  'queue.result.unstored': { readonly queue: string; readonly id: string; readonly error: unknown };
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
  /** `error` is the handler's own. */
  'channel.handler.failed': { readonly channel: string; readonly error: unknown };
  /** Not JSON, or not what the schema asks for: it was left out. */
  'channel.message.undecodable': { readonly channel: string; readonly reason: 'not-json' | 'schema' };
  'channel.gap': { readonly channel: string; readonly reason: string };
  /** A subscription was ended because its handler was too slow. */
  'channel.subscription.dropped': { readonly channel: string; readonly code: string };
  /** `source` is a channel, or a pattern. */
  'channel.lost': { readonly source: string };
  'channel.resumed': { readonly source: string; readonly afterMs: number };
  /** A durable channel cannot be read; it is tried again. */
  'channel.read.failed': { readonly channel: string; readonly error: unknown };
  'stream.entry.done': { readonly stream: string; readonly group: string; readonly id: string };
  'stream.entry.retried': {
    readonly stream: string;
    readonly group: string;
    readonly id: string;
    readonly error: unknown;
    readonly delayMs: number;
  };
  'stream.entry.buried': {
    readonly stream: string;
    readonly group: string;
    readonly id: string;
    readonly error: unknown;
    readonly reason: string;
  };
  /** Another consumer has the event: what came of it here counts for nothing. */
  'stream.entry.stale': { readonly stream: string; readonly group: string; readonly id: string };
  /** `entries` were taken from consumers that had told nothing of them for too long. */
  'stream.claimed': { readonly stream: string; readonly group: string; readonly entries: number };
  'stream.consumers.forgotten': { readonly stream: string; readonly group: string; readonly consumers: number };
  'stream.turn.failed': { readonly stream: string; readonly group: string; readonly error: unknown };
  'stream.trimmed': { readonly stream: string; readonly entries: number };
  'stream.trim.failed': { readonly stream: string; readonly error: unknown };
  'redis.unavailable': { readonly reason: string };
  'redis.available': { readonly afterMs: number };
}

const channels = new Map<string, Channel>();

function channelOf(name: keyof SallyportEvents): Channel {
  let target = channels.get(name);
  if (target === undefined) {
    target = channel(`sallyport:${name}`);
    channels.set(name, target);
  }
  return target;
}

/** Costs one map look-up when nobody listens. */
export function emit<Name extends keyof SallyportEvents>(name: Name, payload: SallyportEvents[Name]): void {
  const target = channelOf(name);
  if (target.hasSubscribers) target.publish(payload);
}

/** Whether anybody listens: spares the payloads of events that come in thousands. */
export function isHeard(name: keyof SallyportEvents): boolean {
  return channelOf(name).hasSubscribers;
}
