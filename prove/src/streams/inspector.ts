/** Looks at a stream and its groups from outside, while a round runs and when it is over. */
import { openApp } from '../rounds/open-app.ts';
import { within } from '../within.ts';
import type { LeftDead } from './check/evidence.ts';
import { effectsKey } from './effects.ts';
import { type GroupName, groupNames, type PlannedEvent } from './plan.ts';

const askTimeoutMs = 5_000;
const most = 10_000;
/** What a last trimming leaves. */
const leftAtEnd = 10;
/** May be there when a round is over: the stream, dead letters, effects, and what has a time to live. See docs/redis-keys.md. */
const bounded = /^sallyport:stream:\{[^}]*\}(?::dead:[a-z]+)?$/;
const withTimeToLive = /^sallyport:(?:stream:\{[^}]*\}:key:|once:).*$/;

export interface StreamInspector {
  /** Entries that some group has yet to read or to acknowledge. */
  open(): Promise<number>;
  /** All that the groups know, as `<group> <consumer>`. */
  consumers(): Promise<string[]>;
  pending(): Promise<string[]>;
  dead(): Promise<LeftDead[]>;
  applied(): Promise<Map<string, number>>;
  kept(): Promise<Set<string>>;
  /** Trims to a few, and returns how many more are left. */
  trimAll(): Promise<number>;
  leakedKeys(): Promise<string[]>;
  close(): Promise<void>;
}

export async function openInspector(url: string, name: string): Promise<StreamInspector> {
  const { app, redis } = await openApp({ url, deadlineMs: 2_000 });
  const stream = app.stream<PlannedEvent>(name);
  async function inGroups<Found>(look: (group: GroupName) => Promise<readonly Found[]>): Promise<Found[]> {
    const found: Found[] = [];
    for (const group of groupNames) found.push(...(await within(askTimeoutMs, look(group))));
    return found;
  }
  const command = async (...args: [string, ...string[]]) => within(askTimeoutMs, redis.command(args));
  return {
    open: async () => {
      const counts = await inGroups(async (group) => {
        const info = await stream.group(group).info();
        return [info === undefined ? 1 : info.lag + info.pending];
      });
      return counts.reduce((sum, count) => sum + count, 0);
    },
    consumers: () =>
      inGroups(async (group) => {
        const info = await stream.group(group).info();
        return (info?.consumers ?? []).map((consumer) => `${group} ${consumer.name}`);
      }),
    pending: () =>
      inGroups(async (group) => {
        const pending = await stream.group(group).pending({ limit: most });
        return pending.map(({ id, consumer }) => `${id} in ${group} of ${consumer ?? 'nobody'}`);
      }),
    dead: () =>
      inGroups(async (group) => {
        const dead = await stream.group(group).deadLetters.list({ limit: most });
        return dead.map(({ event, eventId, reason }) => ({ group, name: event?.name ?? eventId, reason }));
      }),
    applied: async () => {
      const flat = (await command('HGETALL', effectsKey(name))) as string[];
      return new Map(flat.flatMap((value, n) => (n % 2 === 0 ? [[value, Number(flat[n + 1])] as const] : [])));
    },
    kept: async () => new Set((await stream.range({ limit: most })).map(({ id }) => id)),
    trimAll: async () => {
      await within(askTimeoutMs, stream.trim({ maxLength: leftAtEnd }));
      return Math.max(0, (await stream.count()) - leftAtEnd);
    },
    leakedKeys: async () => {
      const leaked: string[] = [];
      for (const key of (await command('KEYS', '*')) as string[]) {
        if (bounded.test(key) || key === effectsKey(name)) continue;
        if (withTimeToLive.test(key) && Number(await command('PTTL', key)) !== -1) continue;
        const fields = key.includes(':group:') ? ` (${String(await command('HKEYS', key))})` : '';
        leaked.push(`${key}${fields}`);
      }
      return leaked;
    },
    close: () => app.close(),
  };
}
