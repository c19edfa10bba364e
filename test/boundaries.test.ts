/** Who may import whom. docs/architecture.md says why; this fails when the code says otherwise. */
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** For each folder of src/: the folders it may import, besides the leaf files of src/ and itself. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  telemetry: [],
  redis: ['telemetry'],
  sessions: ['redis', 'telemetry'],
  presence: ['redis', 'telemetry'],
  devices: ['redis', 'sessions'],
  tokens: ['redis', 'telemetry'],
  payload: [],
  failures: ['payload'],
  queue: ['failures', 'payload', 'redis', 'telemetry'],
  lists: ['payload', 'redis'],
  streams: ['failures', 'payload', 'redis', 'telemetry'],
  channels: ['payload', 'redis', 'telemetry'],
  http: ['channels', 'redis', 'sessions', 'tokens', 'telemetry'],
  cli: ['redis', 'tokens'],
};
/** Files at the top of src/ that everybody may import: they import each other at most. */
const leaves = [
  'errors.ts',
  'clock.ts',
  'uuid-v7.ts',
  'option-checks.ts',
  'deque.ts',
  'pace.ts',
  'gathering.ts',
  'expiring-map.ts',
  'environment.ts',
];
/** Which packages a folder may use. */
const packages: Readonly<Record<string, readonly string[]>> = {
  redis: ['ioredis'],
  sessions: ['@msgpack/msgpack'],
  tokens: ['jose'],
  payload: ['@standard-schema/spec'],
  queue: ['croner'],
  cli: ['@stricli/core'],
  http: ['cookie', 'express', 'express-session', '@fastify/session', 'fastify', 'hono'],
};

interface Import {
  readonly file: string;
  readonly target: string;
}

function importsBelow(folder: string): Import[] {
  const files = readdirSync(join(root, folder), { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.includes('node_modules'),
  );
  return files.flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    // Examples in docstrings import the package by its own name.
    const text = readFileSync(path, 'utf8').replace(/^\s*\*.*$/gm, '');
    const found = text.matchAll(/(?:\bfrom |\bimport |\bimport\()'([^']+)'/g);
    return [...found].map(([, target = '']) => ({ file: relative(root, path), target }));
  });
}

const isRelative = ({ target }: Import) => target.startsWith('.');
const isBuiltin = ({ target }: Import) => target.startsWith('node:') || builtinModules.includes(target);
const packageOf = ({ target }: Import) =>
  target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
const resolved = ({ file, target }: Import) => relative(root, join(root, dirname(file), target));

describe('import boundaries', () => {
  const source = importsBelow('src');

  it('reads the source', () => {
    expect(source.length).toBeGreaterThan(100);
  });

  it('domains reach only what lies below them', () => {
    const wrong = source.filter(isRelative).filter((each) => {
      const [, from = '', below] = each.file.split('/');
      if (below === undefined) return false;
      const [, to = '', toBelow] = resolved(each).split('/');
      if (toBelow === undefined) return !leaves.includes(to);
      return from !== to && !(allowed[from] ?? []).includes(to);
    });
    expect(wrong).toEqual([]);
  });

  it('the leaves import nothing of ours but each other', () => {
    const wrong = source.filter(isRelative).filter((each) => {
      const [, name = '', below] = each.file.split('/');
      return below === undefined && leaves.includes(name) && !leaves.includes(resolved(each).split('/')[1] ?? '');
    });
    expect(wrong).toEqual([]);
  });

  it('HTTP statuses and frameworks stay in http/, Redis clients in redis/', () => {
    const wrong = source
      .filter((each) => !isRelative(each) && !isBuiltin(each))
      .filter((each) => !(packages[each.file.split('/')[1] ?? ''] ?? []).includes(packageOf(each)));
    expect(wrong).toEqual([]);
  });

  it('the package imports nothing from its lab, bench, tests or examples', () => {
    const wrong = source.filter(isRelative).filter((each) => !resolved(each).startsWith('src/'));
    expect(wrong).toEqual([]);
  });

  it('the lab, the benchmarks and the proofs use the package by its public names', () => {
    const wrong = ['lab/src', 'bench/src', 'prove/src']
      .flatMap(importsBelow)
      .filter(isRelative)
      .filter((each) => resolved(each).startsWith('src/'));
    expect(wrong).toEqual([]);
  });
});
