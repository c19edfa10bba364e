// Builds the package and the lab: TypeScript to dist/, then the files tsc leaves behind (Lua scripts, templates).
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');

function filesBelow(folder, endings) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

function build(folder) {
  const result = spawnSync(process.execPath, [tsc, '-p', join(folder, 'tsconfig.build.json')], { stdio: 'inherit' });
  if (result.status !== 0) process.exit(result.status ?? 1);
  for (const file of filesBelow(join(folder, 'src'), ['.lua', '.css', '.html', '.schema.json'])) {
    cpSync(join(folder, 'src', file), join(folder, 'dist', file));
  }
}

build(root);
build(join(root, 'lab'));
