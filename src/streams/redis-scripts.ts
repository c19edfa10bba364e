/** The scripts of a stream, each with those that hold what it shares with others. */
import { defineScript } from '../redis/define-script.ts';
import type { RedisScript } from '../redis/port.ts';

const file = (name: string): URL => new URL(`./${name}.lua`, import.meta.url);
const prelude = file('prelude');

export const appendPlainScript: RedisScript = defineScript(file('append-plain'));
export const appendScript: RedisScript = defineScript(prelude, file('append'));
export const trimScript: RedisScript = defineScript(prelude, file('trim'));
export const turnScript: RedisScript = defineScript(
  prelude,
  file('burying'),
  file('noting'),
  file('forgetting'),
  file('turn'),
);
export const onwardScript: RedisScript = defineScript(file('turn-onward'));
export const leaveScript: RedisScript = defineScript(prelude, file('leave'));
export const seekScript: RedisScript = defineScript(prelude, file('seek'));
export const removeGroupScript: RedisScript = defineScript(prelude, file('remove-group'));
export const countAfterScript: RedisScript = defineScript(prelude, file('count-after'));
export const redriveScript: RedisScript = defineScript(prelude, file('redrive'));
