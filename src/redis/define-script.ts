import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RedisScript } from './port.ts';

/**
 * Reads a Lua script that lies beside the calling module. Redis scripts have no modules: of several files, the ones in
 * front hold what scripts of one folder share, and the last one is the script and gives it its name.
 * @example const touch = defineScript(new URL('./touch.lua', import.meta.url));
 */
export function defineScript(...files: readonly [URL, ...URL[]]): RedisScript {
  const source = files.map((file) => readFileSync(file, 'utf8')).join('\n');
  return {
    name: basename(fileURLToPath(files.at(-1) ?? files[0]), '.lua'),
    source,
    sha1: createHash('sha1').update(source).digest('hex'),
  };
}
