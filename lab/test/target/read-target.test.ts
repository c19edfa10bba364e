/** The reader, the schema, the types and docs/targets.md say the same about a target file. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { TargetFileError } from '../../src/target/errors.ts';
import { readTarget } from '../../src/target/read-target.ts';
import { completeFiles } from './complete-file.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const schemaPath = join(root, 'lab/src/target/target.schema.json');
const page = readFileSync(join(root, 'docs/targets.md'), 'utf8');

interface Node {
  readonly properties?: Record<string, Node>;
  readonly definitions?: Record<string, Node>;
  readonly items?: Node;
  readonly additionalProperties?: Node | boolean;
  readonly $ref?: string;
  readonly description?: string;
  readonly accepts?: string;
  readonly default?: unknown;
}

const schema = JSON.parse(readFileSync(schemaPath, 'utf8')) as Node;

/** Every member that the schema knows, as `login.csrf.from.header`, with its schema. */
function membersOf(node: Node, path: readonly string[] = []): [string, Node][] {
  const resolved = node.$ref === undefined ? node : schema.definitions![node.$ref.replace('#/definitions/', '')]!;
  if (resolved.items !== undefined) return membersOf(resolved.items, path);
  return Object.entries(resolved.properties ?? {}).flatMap(([name, member]) => [
    [[...path, name].join('.'), member] as [string, Node],
    ...membersOf(member, [...path, name]),
  ]);
}

/** Every member that a file uses, by the same paths. */
function membersUsed(value: unknown, path: readonly string[] = []): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => membersUsed(item, path));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const here = [...path, name];
    return [here.join('.'), ...membersUsed(member, here)];
  });
}

/** A logout has the members of a login, and every command those of the first. */
function alike(path: string): string {
  return path.replace(/^logout\./, 'login.').replace(/^(?:nodes\.stop|store\.start|store\.stop)\./, 'nodes.start.');
}

const minimal = {
  name: 'Shop',
  nodes: [{ url: 'http://127.0.0.1:3000' }],
  users: [{ user: 'ada', password: 'engine' }],
  login: { path: '/login', body: { json: { user: 'ada' } } },
  credential: { kind: 'cookie' },
  whoami: { path: '/me', user: { json: '/user' } },
};

function problemsOf(file: unknown, env: Record<string, string> = {}): readonly string[] {
  try {
    readTarget(typeof file === 'string' ? file : JSON.stringify(file), env);
    return [];
  } catch (error) {
    if (!(error instanceof TargetFileError)) throw error;
    expect(error.message.split('\n').slice(1)).toEqual(error.problems);
    return error.problems;
  }
}

describe('schema, types and documentation', () => {
  const known = membersOf(schema);

  test('each member of the schema is used by a complete file, and no other', () => {
    const inSchema = new Set(known.map(([path]) => alike(path)));
    const used = new Set(completeFiles.flatMap((file) => membersUsed(file)).map(alike));
    const free = /\.(?:env|headers|form|json)\.|^headers\./;
    expect([...inSchema].filter((path) => !used.has(path))).toEqual([]);
    expect([...used].filter((path) => !inSchema.has(path) && !free.test(path))).toEqual([]);
  });

  test('complete files are read as they are', () => {
    for (const file of completeFiles) expect(readTarget(JSON.stringify(file))).toEqual(file);
  });

  test('each member has a description, and what it accepts where it can be wrong', () => {
    const definitions = Object.values(schema.definitions ?? {});
    for (const [path, node] of known) {
      const target = node.$ref === undefined ? node : schema.definitions![node.$ref.replace('#/definitions/', '')]!;
      expect([path, (node.description ?? target.description ?? '').length > 5]).toEqual([path, true]);
      expect([path, (node.accepts ?? target.accepts ?? '').length > 3]).toEqual([path, true]);
    }
    expect(definitions.length).toBeGreaterThan(10);
  });

  test('docs/targets.md explains each member, with its default', () => {
    const rows = new Map(
      [...page.matchAll(/^\| `([^`]+)` \|([^\n]*)$/gm)].map(([, name = '', rest = '']) => [name, rest]),
    );
    for (const [path, node] of known) {
      if (path === '$schema') continue;
      const row = rows.get(alike(path));
      expect([path, row !== undefined]).toEqual([path, true]);
      const value = node.default;
      if (typeof value === 'number' || typeof value === 'string')
        expect([path, row]).toEqual([path, expect.stringContaining(String(value))]);
    }
  });

  test('the page shows a first file that is read', () => {
    const [, first = ''] = /```json\n(\{[\s\S]*?)```/.exec(page) ?? [];
    expect(problemsOf(first)).toEqual([]);
    expect(first.trim().split('\n').length).toBeLessThanOrEqual(14);
  });

  test('the examples are read, and name a schema that is there', () => {
    const folder = join(root, 'examples/targets');
    const files = readdirSync(folder)
      .map((name) => join(folder, name, 'app.lab.json'))
      .filter((path) => existsSync(path));
    expect(files.length).toBe(3);
    for (const path of files) {
      const file = readTarget(readFileSync(path, 'utf8'));
      expect(join(dirname(path), file.$schema ?? '')).toBe(schemaPath);
    }
  });
});

describe('readTarget', () => {
  test('fills in defaults', () => {
    expect(readTarget(`\uFEFF${JSON.stringify(minimal)}`)).toMatchObject({
      nodes: [{ health: '/', count: 1 }],
      login: { method: 'POST' },
      whoami: { method: 'GET', loggedOut: { statuses: [401] } },
      limits: { requestTimeoutMs: 5000, startSeconds: 30, waitSeconds: 60, probeSeconds: 180, trials: 20, clients: 12 },
    });
  });

  test.each<[string, unknown, readonly string[]]>([
    ['a list', [], ['the file must be an object; docs/targets.md shows a first file']],
    [
      'an unknown member',
      { ...minimal, logut: {} },
      [
        'logut is not known; did you mean "logout"? (known here: name, nodes, balancer, store, headers, server, users, login, credential, whoami, logout, ttlSeconds, limits)',
      ],
    ],
    [
      'a member far from any',
      { ...minimal, login: { ...minimal.login, xyzzy: 1 } },
      ['login.xyzzy is not known; known here: path, method, headers, body, csrf, success'],
    ],
    [
      'a missing member',
      { ...minimal, whoami: { path: '/me' } },
      [
        'whoami.user is missing: it must be one of { json: a JSON pointer } and { regex: an expression whose first group is the user }',
      ],
    ],
    ['a wrong kind', { ...minimal, ttlSeconds: '30' }, ['ttlSeconds must be a number of seconds from 1 to 86400']],
    [
      'a number out of range',
      { ...minimal, limits: { trials: 0 } },
      ['limits.trials must be a whole number from 1 to 1000'],
    ],
    [
      'a path in a URL',
      { ...minimal, nodes: [{ url: 'http://a:1/x' }] },
      ['nodes[0].url must be http:// or https:// with a host and a port and no path, e.g. http://127.0.0.1:3000'],
    ],
    [
      'a pointer without a slash',
      { ...minimal, whoami: { path: '/me', user: { json: 'user' } } },
      ['whoami.user.json must be a JSON pointer (RFC 6901), e.g. /user/name'],
    ],
    [
      'both of two',
      { ...minimal, balancer: { url: 'http://a:1', lab: 'ip-hash' } },
      [
        'balancer must be { url } of a balancer that runs, or { lab: "round-robin" or "ip-hash" } for the lab\'s own nginx',
      ],
    ],
    [
      'half a store',
      { ...minimal, store: { start: { command: 'a' } } },
      [
        'store must be { lab: "redis" } for a Redis of the lab, or { start, stop } with the commands that start and stop yours',
      ],
    ],
    [
      'a store twice',
      { ...minimal, store: { lab: 'redis', stop: { command: 'a' } } },
      ['store must have either lab or start and stop'],
    ],
    [
      'a bearer without a place',
      { ...minimal, credential: { kind: 'bearer', name: 'x' } },
      [
        'credential.from is missing: it must be a JSON pointer (RFC 6901), e.g. /user/name',
        'credential.name does not go with this kind of credential',
      ],
    ],
    [
      'a stop without a start',
      { ...minimal, nodes: [{ url: 'http://a:1', stop: { command: 'x' } }] },
      ['nodes[0].start is missing: stop needs it beside it'],
    ],
    [
      'a header with a line break',
      { ...minimal, headers: { A: 'x\ny', 'b c': 'x' } },
      ['headers["b c"] is not a name that can stand here', 'headers.A must be one line of text'],
    ],
    ['a user twice', { ...minimal, users: [...minimal.users, ...minimal.users] }, ['users[1].user is there twice']],
    [
      'a node twice',
      { ...minimal, nodes: [...minimal.nodes, ...minimal.nodes] },
      ['nodes[1].url is there twice; each node needs its own'],
    ],
    [
      'no expression',
      { ...minimal, whoami: { path: '/me', user: { regex: 'a(' } } },
      ['whoami.user.regex must be a regular expression of JavaScript, which it is not'],
    ],
    [
      'an expression without a group',
      { ...minimal, whoami: { path: '/me', user: { regex: 'a' } } },
      ['whoami.user.regex must have a group, ( ), around what is looked for'],
    ],
    [
      'a TLS node behind the lab',
      { ...minimal, nodes: [{ url: 'https://a:1' }], balancer: { lab: 'ip-hash' } },
      ["nodes[0].url must begin with http:// when the lab's own balancer stands in front of it"],
    ],
    [
      'several problems',
      { ...minimal, name: '', credential: {}, extra: 1 },
      [
        'extra is not known; known here: name, nodes, balancer, store, headers, server, users, login, credential, whoami, logout, ttlSeconds, limits',
        'name must be one line of 1 to 80 characters',
        'credential.kind is missing: it must be "cookie" or "bearer"',
      ],
    ],
  ])('refuses %s', (_, file, problems) => {
    expect([...problemsOf(file)].sort()).toEqual([...problems].sort());
  });

  test('refuses what can not be started or told apart', () => {
    const start = { command: 'node' };
    const node = (changes: object) => problemsOf({ ...minimal, nodes: [{ url: `http://a:\${PORT}`, ...changes }] });
    expect(node({})).toEqual([
      'nodes[0].url must have a port of its own: without start nobody is told a port that the lab chooses',
    ]);
    expect(node({ start })).toEqual([
      `nodes[0].start must use \${PORT} in args or env, or the node does not learn its port`,
    ]);
    expect(node({ start, stop: start })).toEqual([
      'nodes[0].url must have a port of its own: with stop the node is not started by the lab itself',
    ]);
    expect(problemsOf({ ...minimal, nodes: [{ url: 'http://a:1', start, count: 2 }] })).toEqual([
      `nodes[0].url must have the port \${PORT} when count is above 1`,
    ]);
    const many = { url: `http://a:\${PORT}`, start: { command: 'node', args: [`\${PORT}`] }, count: 5 };
    expect(problemsOf({ ...minimal, nodes: [many, many] })).toEqual([
      'nodes must be at most 8 in all, with their counts; they are 10',
    ]);
  });

  test('refuses placeholders that have no value, and says which have', () => {
    const withStart = (value: string, more: object = {}) =>
      problemsOf(
        { ...minimal, ...more, nodes: [{ url: 'http://a:1', start: { command: 'x', env: { A: value } } }] },
        { SET: 'x' },
      );
    expect(withStart(`\${PROT} $\${USER} \${env:SET}`)).toEqual([
      `nodes[0].start uses \${PROT}, which is not known; did you mean \${PORT}? (known here: \${PORT}, \${NODE}, \${env:NAME}; $\${ is a plain \${)`,
    ]);
    expect(withStart(`\${env:UNSET}`)).toEqual([
      `nodes[0].start uses \${env:UNSET}, but UNSET is not set in the environment`,
    ]);
    expect(withStart(`\${REDIS_URL}`)).toEqual([
      `nodes[0].start uses \${REDIS_URL}, which needs store { "lab": "redis" }`,
    ]);
    expect(withStart(`\${REDIS_URL}`, { store: { lab: 'redis' } })).toEqual([]);
    expect(problemsOf({ ...minimal, whoami: { ...minimal.whoami, headers: { A: `\${PASSWORD}` } } })[0]).toContain(
      `whoami uses \${PASSWORD}, which is not known`,
    );
  });

  test('never quotes the file where a secret could be', () => {
    for (const broken of ['{"password": "hunter2', '"hunter2" x', '{"users": hunter2}']) {
      expect(problemsOf(broken)).toEqual([expect.stringMatching(/^the file is not JSON( \(at [\w ]+\))?$/)]);
    }
    expect(problemsOf({ ...minimal, users: [{ user: 'a', password: ['hunter2'] }] }).join()).not.toContain('hunter2');
  });
});
