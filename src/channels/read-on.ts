/** Reads a durable channel from a cursor until there is nothing more, through outages. */
import { setTimeout as delay } from 'node:timers/promises';
import { RedisUnavailableError } from '../redis/errors.ts';
import { reconnectDelayMs } from '../redis/reconnect-delay.ts';
import { emit } from '../telemetry/events.ts';
import type { Cursor, Step } from './cursor.ts';
import type { ChannelStore, KeptMessages } from './store.ts';

/** So few that a page of the largest messages is some megabytes. */
const pageSize = 100;
/** How soon it is tried again after an answer that time alone will not mend, e.g. `NOPERM`. */
const refusedMs = 1_000;

export interface Reading {
  /** How many messages may be read now. Is asked before each look into the stream. */
  room(): Promise<number>;
  /** Nobody wants what is being read any more. */
  isOver(): boolean;
  steps(steps: readonly Step[]): void;
  /** There was nothing more. @returns true to end the reading, false to look again */
  reached(): boolean;
}

export async function readOn(store: ChannelStore, channel: string, cursor: Cursor, reading: Reading): Promise<void> {
  for (let failures = 0; ; ) {
    const count = Math.min(pageSize, await reading.room());
    if (reading.isOver()) return;
    let kept: KeptMessages;
    try {
      kept = await store.read(channel, cursor.position, count);
      failures = 0;
    } catch (error) {
      if (error instanceof RedisUnavailableError && error.reason === 'closed') return;
      if (!(error instanceof RedisUnavailableError)) emit('channel.read.failed', { channel, error });
      await delay(error instanceof RedisUnavailableError ? reconnectDelayMs(failures++) : refusedMs);
      continue;
    }
    if (reading.isOver()) return;
    const steps = cursor.take(kept);
    for (const { gap } of steps) if (gap !== undefined) emit('channel.gap', { channel, reason: gap.reason });
    reading.steps(steps);
    if (kept.messages.length < count && reading.reached()) return;
  }
}
