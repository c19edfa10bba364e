/** What a schema can not say about a target file: members that contradict each other, placeholders, expressions. */
import { nearestWord } from './nearest-word.ts';
import { environmentVariable, placeholdersIn, textsIn } from './placeholders.ts';
import type { TargetCommand, TargetFile, TargetRequest } from './target-file.ts';

/** The most nodes the lab talks to. */
const mostNodes = 8;

const redisNames = ['REDIS_URL', 'REDIS_PORT'];

export function memberProblems(file: TargetFile, env: Readonly<Record<string, string | undefined>>): string[] {
  return [...nodeProblems(file), ...userProblems(file), ...regexProblems(file), ...placeholderProblems(file, env)];
}

function nodeProblems({ nodes, balancer, store }: TargetFile): string[] {
  const problems: string[] = [];
  const total = nodes.reduce((sum, { count }) => sum + count, 0);
  if (total > mostNodes)
    problems.push(`nodes must be at most ${mostNodes} in all, with their counts; they are ${total}`);
  const urls = new Set<string>();
  for (const [index, { url, start, stop, count }] of nodes.entries()) {
    const path = `nodes[${index}]`;
    const choosesPort = placeholdersIn(url).includes('PORT');
    if (choosesPort && start === undefined) {
      problems.push(
        `${path}.url must have a port of its own: without start nobody is told a port that the lab chooses`,
      );
    }
    if (choosesPort && stop !== undefined) {
      problems.push(`${path}.url must have a port of its own: with stop the node is not started by the lab itself`);
    }
    if (choosesPort && start !== undefined && stop === undefined && !usesPort(start)) {
      problems.push(`${path}.start must use \${PORT} in args or env, or the node does not learn its port`);
    }
    if (count > 1 && !choosesPort) problems.push(`${path}.url must have the port \${PORT} when count is above 1`);
    if (!choosesPort && urls.has(url)) problems.push(`${path}.url is there twice; each node needs its own`);
    urls.add(url);
    if (balancer?.lab !== undefined && url.startsWith('https:')) {
      problems.push(`${path}.url must begin with http:// when the lab's own balancer stands in front of it`);
    }
  }
  if (store?.lab !== undefined && (store.start !== undefined || store.stop !== undefined)) {
    problems.push('store must have either lab or start and stop');
  }
  return problems;
}

function usesPort(start: TargetCommand): boolean {
  return textsIn([start.args, start.env]).some((text) => placeholdersIn(text).includes('PORT'));
}

function userProblems({ users }: TargetFile): string[] {
  return users.flatMap(({ user }, index) =>
    users.findIndex((other) => other.user === user) < index ? [`users[${index}].user is there twice`] : [],
  );
}

function regexProblems({ whoami, login, logout }: TargetFile): string[] {
  const expressions: (readonly [string, string | undefined])[] = [
    ['whoami.user.regex', whoami.user.regex],
    ['login.csrf.from.regex', login.csrf?.from.regex],
    ['logout.csrf.from.regex', logout?.csrf?.from.regex],
  ];
  return expressions.flatMap(([path, source]) => {
    if (source === undefined) return [];
    const groups = groupsOf(source);
    if (groups === undefined) return [`${path} must be a regular expression of JavaScript, which it is not`];
    return groups === 0 ? [`${path} must have a group, ( ), around what is looked for`] : [];
  });
}

/** How many groups an expression has; `undefined` when it is none. */
function groupsOf(source: string): number | undefined {
  try {
    return (new RegExp(`${source}|`).exec('')?.length ?? 1) - 1;
  } catch {
    return undefined;
  }
}

function placeholderProblems(file: TargetFile, env: Readonly<Record<string, string | undefined>>): string[] {
  const ofNodes = ['PORT', 'NODE', ...(file.store?.lab === undefined ? [] : redisNames)];
  const places: (readonly [path: string, value: unknown, known: readonly string[]])[] = [
    ...file.nodes.flatMap(({ start, stop }, index) => [
      [`nodes[${index}].start`, start, ofNodes] as const,
      [`nodes[${index}].stop`, stop, ofNodes] as const,
    ]),
    ['store', file.store, []],
    ['headers', file.headers, []],
    ['users', file.users.map(({ password }) => password), []],
    ['login', sent(file.login), ['USER', 'PASSWORD']],
    ['whoami', sent(file.whoami), ['USER']],
    ...(file.logout === undefined ? [] : [['logout', sent(file.logout), ['USER']] as const]),
  ];
  return places.flatMap(([path, value, known]) => {
    const names = new Set(textsIn(value).flatMap(placeholdersIn));
    return [...names].flatMap((name) => placeholderProblem(path, name, known, env));
  });
}

/** The parts of a request that are filled. */
function sent({ path, headers, body, csrf }: Omit<TargetRequest, 'success'>): unknown {
  return { path, headers, body, page: csrf?.path };
}

function placeholderProblem(
  path: string,
  name: string,
  known: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  if (known.includes(name)) return [];
  const variable = environmentVariable(name);
  if (variable !== undefined) {
    return (env[variable] ?? '') === ''
      ? [`${path} uses \${${name}}, but ${variable} is not set in the environment`]
      : [];
  }
  if (redisNames.includes(name)) return [`${path} uses \${${name}}, which needs store { "lab": "redis" }`];
  const near = nearestWord(name, known);
  const list = [...known, 'env:NAME'].map((each) => `\${${each}}`).join(', ');
  const meant = near === undefined ? '' : `; did you mean \${${near}}?`;
  return [
    `${path} uses \${${name.slice(0, 40)}}, which is not known${meant} (known here: ${list}; $\${ is a plain \${)`,
  ];
}
