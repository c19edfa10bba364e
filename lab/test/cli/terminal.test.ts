/** What a terminal shows. `script` of util-linux runs a program on a terminal of its own. */
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { nodeArguments } from '@sallyport/lab/cluster';
import { expect, it } from 'vitest';
import { folder } from './lab-process.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
// A container without /dev/pts has the program and no terminal to give.
const hasScript =
  process.platform === 'linux' && spawnSync('/usr/bin/script', ['-qec', 'true', '/dev/null']).status === 0;

function onTerminal(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ code: number | null; shown: string }> {
  const quoted = [process.execPath, ...nodeArguments(), main, ...args].map((arg) => `'${arg}'`).join(' ');
  const { CI: _, NO_COLOR: __, ...rest } = process.env;
  const command = `stty cols 110 rows 40; exec ${quoted}`;
  const child = spawn('/usr/bin/script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...rest, TERM: 'xterm', ...env },
  });
  let shown = '';
  child.stdout.on('data', (chunk: Buffer) => {
    shown += chunk;
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, shown })));
}

it.skipIf(!hasScript)(
  'moves and has colour on a terminal (needs script of util-linux)',
  { timeout: 60_000 },
  async () => {
    const { code, shown } = await onTerminal(['--only', '1.2', '--quick', '--out', join(await folder(), 'out')], {});
    expect(code).toBe(0);
    expect(shown).toContain('\u001b[');
    expect(shown).toContain('starting the scheme sticky');
    const text = stripVTControlCharacters(shown);
    expect(text).toContain('● H1 confirmed');
    expect(text).toContain('1 of 1 experiments ran');
  },
);

it.skipIf(!hasScript)(
  'neither moves nor has colour with NO_COLOR (needs script of util-linux)',
  { timeout: 60_000 },
  async () => {
    const args = ['--only', '1.2', '--quick', '--out', join(await folder(), 'out')];
    const { code, shown } = await onTerminal(args, { NO_COLOR: '1' });
    expect(code).toBe(0);
    expect(shown).not.toContain('\u001b');
    expect(shown).toContain('● H1 confirmed');
  },
);
