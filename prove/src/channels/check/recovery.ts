/** How long it took after a fault until those that it had hit had messages again, and all of them. */
import { longest } from '../../rounds/recovery.ts';
import type { Evidence } from './evidence.ts';

export interface ChannelRecovery {
  /** Longest time from the end of a fault until a subscriber that it had hit got a message. */
  readonly nextMessageMs: number | undefined;
  /** Longest time from the end of a fault until all subscribers had all messages, those included that came later. */
  readonly caughtUpMs: number | undefined;
}

export function measureRecovery({ subscribers, faults, drainedAt }: Evidence): ChannelRecovery {
  const next: number[] = [];
  const caughtUp: number[] = [];
  for (const { processes, until } of faults) {
    if (drainedAt !== undefined) caughtUp.push(Math.max(0, drainedAt - until));
    for (const { name, lives } of subscribers) {
      if (!processes.includes(name)) continue;
      const times = lives.flatMap(({ entries }) => entries.flatMap(({ event, at }) => (event === 'got' ? [at] : [])));
      const later = times.filter((at) => at > until);
      if (later.length > 0) next.push(Math.min(...later) - until);
    }
  }
  return { nextMessageMs: longest(next), caughtUpMs: longest(caughtUp) };
}
