import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RedisScript } from './port.ts';

/**
 * Reads a Lua script that lies beside the calling module.
 * @example const touch = defineScript(new URL('./touch.lua', import.meta.url));
 */
export function defineScript(file: URL): RedisScript {
  const source = readFileSync(file, 'utf8');
  return {
    name: basename(fileURLToPath(file), '.lua'),
    source,
    sha1: createHash('sha1').update(source).digest('hex'),
  };
}
