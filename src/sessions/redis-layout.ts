/** What a layout of sessions in Redis consists of, for the scripts and calls that do not care which one it is. */
import { defineScript } from '../redis/define-script.ts';
import type { RedisScript } from '../redis/port.ts';
import type { RawValue } from './codec.ts';
import type { NewSessionRecord, SessionRecord, SessionRemains } from './store.ts';

export interface RedisLayout {
  /** What `put` of the layout's Lua takes. */
  encode(record: NewSessionRecord): RawValue[];
  /** Of what `describe` of the layout's Lua gives. @throws SessionUndecodableError */
  decode(described: RawValue | readonly RawValue[], expiresAt: number, readAt: number): SessionRecord;
  /** Of what `data_of` of the layout's Lua gives. Does not throw: the session has ended, readable or not. */
  remains(held: RawValue | readonly RawValue[]): SessionRemains;
}

/** Scripts that do not care about the layout, each behind the Lua of one layout. */
export interface LayoutScripts {
  readonly create: RedisScript;
  readonly end: RedisScript;
  readonly admit: RedisScript;
  readonly list: RedisScript;
  readonly endListed: RedisScript;
  readonly takeExpired: RedisScript;
}

const clock = new URL('./clock.lua', import.meta.url);
const userIndex = new URL('./user-index.lua', import.meta.url);

export function layoutScripts(layout: URL): LayoutScripts {
  const script = (name: string) => defineScript(clock, layout, userIndex, new URL(name, import.meta.url));
  return {
    create: script('./create.lua'),
    end: script('./end.lua'),
    admit: script('./admit.lua'),
    list: script('./list.lua'),
    endListed: script('./end-listed.lua'),
    takeExpired: script('./take-expired.lua'),
  };
}

/** A script of one layout that keeps the list of the user's sessions right. */
export function listingScript(script: URL): RedisScript {
  return defineScript(clock, userIndex, script);
}
