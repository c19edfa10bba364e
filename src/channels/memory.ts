import { type Clock, systemClock } from '../clock.ts';
import { RedisUnavailableError } from '../redis/errors.ts';
import { writeFrame } from './frame.ts';
import { globMatcher } from './glob.ts';
import { MemoryStreams } from './memory-streams.ts';
import type { ChannelStore, SourceListener } from './store.ts';

interface Source {
  readonly fits: (channel: string) => boolean;
  readonly listeners: Set<SourceListener>;
}

/**
 * Sends messages within this process: for development, tests and a single server. A restart forgets what durable channels
 * kept, and no other server sees anything.
 */
export function memoryChannelStore({ clock = systemClock }: { readonly clock?: Clock } = {}): ChannelStore {
  const sources = new Map<string, Source>();
  const patterns = new Set<Source>();
  const streams = new MemoryStreams(clock);
  let onTheWay: (() => void)[] = [];
  let isClosed = false;

  /** How many subscriptions got it. They are called in a later turn, so that a handler that publishes is not called in itself. */
  function send(channel: string, isSharded: boolean, frame: string): number {
    const byName = sources.get(`${isSharded ? 'shard' : 'channel'} ${channel}`);
    const receivers = [
      ...(byName === undefined ? [] : [byName]),
      ...(isSharded ? [] : [...patterns].filter(({ fits }) => fits(channel))),
    ];
    if (receivers.length > 0) {
      if (onTheWay.length === 0) setImmediate(deliver);
      for (const { listeners } of receivers) {
        const present = [...listeners];
        onTheWay.push(() => {
          for (const listener of present) if (listeners.has(listener)) listener.message(channel, frame);
        });
      }
    }
    return receivers.length;
  }

  function deliver(): void {
    const now = onTheWay;
    onTheWay = [];
    for (const each of now) each();
  }

  return {
    publish: async (channel, isSharded, payload) => send(channel, isSharded, payload),
    append: async (place, payload) => {
      const { id, previous } = streams.append(place, payload);
      return { id, receivers: send(place.channel, place.isSharded, writeFrame({ id, previous, payload })) };
    },
    read: async (channel, after, count) => streams.read(channel, after, count),
    subscribe: async ({ kind, name }, listener) => {
      if (isClosed) throw new RedisUnavailableError('closed', 'This channel store has been closed.');
      const key = `${kind} ${name}`;
      let source = sources.get(key);
      if (source === undefined) {
        const fits = kind === 'pattern' ? globMatcher(name) : (channel: string) => channel === name;
        source = { fits, listeners: new Set() };
        sources.set(key, source);
        if (kind === 'pattern') patterns.add(source);
      }
      const joined = source;
      joined.listeners.add(listener);
      return {
        confirmed: async () => {},
        close: async () => {
          joined.listeners.delete(listener);
          if (joined.listeners.size > 0) return;
          if (sources.get(key) === joined) sources.delete(key);
          patterns.delete(joined);
        },
      };
    },
    counts: async (channels, isSharded) =>
      channels.map((channel) => (sources.has(`${isSharded ? 'shard' : 'channel'} ${channel}`) ? 1 : 0)),
    close: async () => {
      isClosed = true;
      sources.clear();
      patterns.clear();
      onTheWay = [];
      streams.clear();
    },
  };
}
