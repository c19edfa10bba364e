// Everything that can be said about the code without running it: format, lint, types, unused code, package shape.
// Who may import whom is checked by test/boundaries.test.ts, which this runs too.
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const steps = [
  ['format and lint', 'biome', ['check', '.']],
  ['types', 'tsc', ['-p', 'tsconfig.json']],
  ['unused code', 'knip', []],
  ['boundaries', 'vitest', ['run', 'test/boundaries.test.ts', '--reporter=dot']],
  ['build', process.execPath, ['scripts/build.mjs']],
  ['package', 'publint', ['--strict']],
  ['types of the package', 'attw', ['--pack', '.', '--profile', 'esm-only', '--format', 'ascii']],
];

let failed = 0;
for (const [name, command, args] of steps) {
  const startedAt = performance.now();
  const result = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${root}/node_modules/.bin:${process.env.PATH}` },
  });
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  if (result.status === 0) {
    console.log(`ok      ${name} (${seconds} s)`);
  } else {
    failed++;
    console.log(`failed  ${name} (${seconds} s)\n${result.error ?? ''}${result.stdout ?? ''}${result.stderr ?? ''}`);
  }
}
process.exit(failed === 0 ? 0 : 1);
