/** What experiment 5.1 on a target does. */
import { randomInt } from 'node:crypto';
import { TargetCannotError } from '../../errors.ts';
import { credentialValues } from '../../preflight.ts';
import type { DescribedTools } from '../../target-under-test.ts';
import type { Credential, Visitor } from '../../visitor.ts';
import type { FixationObservations, FixationTrial } from './analyse.ts';

export async function observeFixation(tools: DescribedTools): Promise<FixationObservations> {
  if (tools.description.credential.kind !== 'cookie') throw new TargetCannotError(tools.words.cannot.notCookie);
  return {
    visitor: await asVisitor(tools),
    loggedIn: await asLoggedIn(tools),
    invented: await asInvented(tools),
  };
}

/** A cookie that the application gives to a visitor before the login; `null` when it gives none. */
async function asVisitor(tools: DescribedTools): Promise<FixationTrial | null> {
  const { login, whoami } = tools.file;
  const url = urlOf(tools);
  const client = tools.visitor();
  for (const path of new Set([whoami.path, login.csrf?.path ?? login.path, '/'])) {
    await client.visit(url, path);
    if (holdsAll(client, tools)) return loginOver(tools, client.credential(), 0);
  }
  return null;
}

/** The cookie of somebody who is logged in: an attacker's own, planted in the browser of a second user. */
function asLoggedIn(tools: DescribedTools): Promise<FixationTrial | null> {
  return tools.loggedIn(urlOf(tools), 0).then((attacker) => loginOver(tools, attacker.credential(), 1));
}

/** A cookie that looks like a genuine one and that the application never gave to anybody. */
async function asInvented(tools: DescribedTools): Promise<FixationTrial | null> {
  const genuine = (await tools.loggedIn(urlOf(tools), 0)).credential();
  const names = tools.description.credential.cookies;
  const invented = [...genuine.cookies].map(
    ([name, value]) => [name, names.includes(name) ? lookAlike(value) : value] as const,
  );
  return loginOver(tools, { ...genuine, cookies: new Map(invented) }, 0);
}

/** A victim logs in with a planted cookie in its browser; then the attacker tries this cookie. */
async function loginOver(tools: DescribedTools, planted: Credential, user: number): Promise<FixationTrial | null> {
  const url = urlOf(tools);
  const names = tools.description.credential.cookies;
  const victim = tools.visitor(user).withCredential(planted);
  const before = credentialValues(victim, names);
  const login = await victim.login(url);
  const told = await victim.whoami(url);
  // An application that lets nobody log in over a session can not be asked this way.
  if (told.outcome !== 'recognised') return null;
  const after = credentialValues(victim, names);
  const attacker = await tools.visitor(user).withCredential(planted).whoami(url);
  return {
    login: login.status,
    // The ids themselves: a new Set-Cookie header may well carry the old one.
    idChanged: before.every((value, index) => value !== after[index]),
    attacker: { status: attacker.status, outcome: attacker.outcome },
  };
}

function holdsAll(client: Visitor, { description }: DescribedTools): boolean {
  return description.credential.cookies.every((name) => client.cookies.get(name) !== undefined);
}

function urlOf({ nodes }: DescribedTools): string {
  return nodes[0]?.url ?? '';
}

const digits = '0123456789';
const letters = 'abcdefghijklmnopqrstuvwxyz';

/** As long and of the same kinds of characters; punctuation and escapes stay where they are. */
export function lookAlike(value: string): string {
  return value.replace(/%[0-9a-f]{2}|[0-9]|[a-z]|[A-Z]/gi, (found) => {
    if (found.startsWith('%')) return found;
    if (digits.includes(found)) return digits[randomInt(digits.length)] ?? found;
    const letter = letters[randomInt(letters.length)] ?? found;
    return found === found.toUpperCase() ? letter.toUpperCase() : letter;
  });
}
