/** The scripts of a queue, each with those that hold what it shares with others. */
import { defineScript } from '../redis/define-script.ts';
import type { RedisScript } from '../redis/port.ts';

const file = (name: string): URL => new URL(`./${name}.lua`, import.meta.url);
const prelude = file('prelude');
const adding = file('adding');
const sweeping = file('sweeping');

export const addScript: RedisScript = defineScript(prelude, adding, file('add'));
export const workScript: RedisScript = defineScript(
  prelude,
  sweeping,
  file('completing'),
  file('recovering'),
  file('work'),
);
export const leaveScript: RedisScript = defineScript(prelude, file('leave'));
export const cancelScript: RedisScript = defineScript(prelude, file('cancel'));
export const resumeScript: RedisScript = defineScript(prelude, file('resume'));
export const stateScript: RedisScript = defineScript(prelude, file('state'));
export const peekScript: RedisScript = defineScript(prelude, file('peek'));
export const clearScript: RedisScript = defineScript(prelude, file('clear'));
export const sweepScript: RedisScript = defineScript(prelude, sweeping, file('sweep'));

export const listShelfScript: RedisScript = defineScript(prelude, file('list-shelf'));
export const redriveScript: RedisScript = defineScript(prelude, adding, file('redrive'));
export const removeFromShelfScript: RedisScript = defineScript(prelude, file('remove-from-shelf'));
export const trimShelfScript: RedisScript = defineScript(prelude, file('trim-shelf'));

export const putScheduleScript: RedisScript = defineScript(prelude, file('put-schedule'));
export const removeScheduleScript: RedisScript = defineScript(prelude, file('remove-schedule'));
export const readSchedulesScript: RedisScript = defineScript(prelude, file('read-schedules'));
export const fireScheduleScript: RedisScript = defineScript(prelude, adding, file('fire-schedule'));
