/** Effects that take place once, however often their event is delivered. */
import { createHash } from 'node:crypto';
import { InvalidOptionError } from '../errors.ts';
import { defineScript } from '../redis/define-script.ts';
import { RedisReplyError } from '../redis/errors.ts';
import { checkNamespace, defaultNamespace, slotKeys } from '../redis/keys.ts';
import type { RedisPort, RedisReply, RedisScript } from '../redis/port.ts';
import { checkId } from './entry-id.ts';
import { EffectPartialError } from './errors.ts';
import { checkPart } from './keys.ts';
import { millisecondsOf } from './options.ts';
import type { DeliveredEvent } from './stream-event.ts';

const onceScript: RedisScript = defineScript(new URL('./once.lua', import.meta.url));

/** A command and its arguments: `['HINCRBY', 'stock', 'apple', '-1']`. */
export type EffectCommand = readonly [command: string, ...args: string[]];

/** A Lua script of the application, with its keys and arguments as EVAL has them. */
export interface EffectScript {
  readonly script: string;
  readonly keys?: readonly string[];
  readonly args?: readonly string[];
}

/** `applied: false`: it had been applied before. */
export type EffectOutcome = { readonly applied: false } | { readonly applied: true; readonly reply: RedisReply };

/**
 * @param effect Commands, whose replies come as an array, or a script.
 * @throws RedisReplyError when the first command, or the script, was refused: then the effect may be tried again. A script
 *   must check before it writes, for Redis undoes nothing.
 * @throws EffectPartialError when a later command was refused: those before it are not carried out again
 * @throws RedisUnavailableError when nobody knows; the next delivery finds out
 */
export type Once = (
  event: Pick<DeliveredEvent<unknown>, 'id' | 'stream' | 'group'>,
  effect: readonly EffectCommand[] | EffectScript,
) => Promise<EffectOutcome>;

export interface OnceOptions {
  /** Prefix of the markers. @default 'sallyport' */
  readonly namespace?: string;
  /** How long it is remembered what was applied: longer than an event may come again. @default 604800 (7 days) */
  readonly retainSeconds?: number;
  /** The hash tag of the keys that the effect changes, on a cluster. @default the stream's name */
  readonly hashTag?: string;
}

/**
 * Ties an effect on Redis to the id of its event: in one step the marker of the event is set and the effect applied, or
 * neither.
 * @throws InvalidOptionError
 * @example const once = createOnce(redis); await once(event, [['HINCRBY', 'stock', 'apple', '-1']]);
 */
export function createOnce(redis: RedisPort, options: OnceOptions = {}): Once {
  const namespace = checkNamespace(options.namespace ?? defaultNamespace);
  const ttlMs = String(Math.max(1, Math.ceil(millisecondsOf('retainSeconds', options.retainSeconds ?? 604_800))));
  const hashTag = options.hashTag === undefined ? undefined : checkPart('hashTag', options.hashTag);
  const scripts = new Map<string, RedisScript>();

  function scriptOf(source: string): RedisScript {
    const known = scripts.get(source) ?? effectScript(source);
    scripts.set(source, known);
    return known;
  }

  return async ({ id, stream, group }, effect) => {
    const marker = `${namespace}:once:{${hashTag ?? stream}}:${stream}:${group}:${checkId('event.id', id)}`;
    if ('script' in effect) {
      const { script, keys = [], args = [] } = effect;
      const reply = await redis.run(scriptOf(script), [marker, ...keys], [ttlMs, ...args]);
      return outcomeOf(id, reply as RedisReply[]);
    }
    if (effect.length === 0) throw new InvalidOptionError('effect', 'a command or more');
    const args = effect.flatMap((command) => [String(command.length), ...command]);
    return outcomeOf(
      id,
      (await redis.run(onceScript, slotKeys(marker), [ttlMs, String(effect.length), ...args])) as RedisReply[],
    );
  };
}

function outcomeOf(id: string, [status, reply = null, error]: readonly RedisReply[]): EffectOutcome {
  if (status === 'known') return { applied: false };
  if (status === 'applied') return { applied: true, reply };
  const message = String(error);
  const applied = Number(reply);
  if (applied > 0) throw new EffectPartialError(id, applied, message);
  throw new RedisReplyError(/^[A-Z]+/.exec(message)?.[0] ?? 'ERR', `Redis answered: ${message}`);
}

/** The application's script as a function, between the look at the marker and its setting. */
function effectScript(source: string): RedisScript {
  const whole = [
    'local marker, ttl = table.remove(KEYS, 1), table.remove(ARGV, 1)',
    "if redis.call('EXISTS', marker) == 1 then return { 'known' } end",
    'local function effect()',
    source,
    'end',
    'local reply = effect()',
    "redis.call('SET', marker, '1', 'PX', ttl)",
    "return { 'applied', reply }",
  ].join('\n');
  return { name: 'effect', source: whole, sha1: createHash('sha1').update(whole).digest('hex') };
}
