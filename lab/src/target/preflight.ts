/** Whether the application answers as its file says. Without that no other question means anything. */
import { randomUUID } from 'node:crypto';
import { decodeToken } from '../experiments/token-forge.ts';
import { TargetAnswerError } from './errors.ts';
import { decoded } from './redaction.ts';
import type { TargetTools } from './target-under-test.ts';
import type { ActionAnswer, Visitor, WhoamiAnswer } from './visitor.ts';

type DescribedNode = {
  readonly id: string;
  readonly login: ActionAnswer;
  readonly whoami: WhoamiAnswer;
  readonly anonymous: WhoamiAnswer;
};

export type TargetDescription = {
  readonly nodes: readonly DescribedNode[];
  /** A login with a wrong password, and what "who am I" said then. */
  readonly wrongPassword: { readonly login: ActionAnswer; readonly whoami: WhoamiAnswer };
  readonly credential: {
    readonly kind: 'cookie' | 'bearer';
    /** Names of the cookies without which the client is not logged in; empty for a token. */
    readonly cookies: readonly string[];
    readonly isJwt: boolean;
    readonly sizeBytes: number;
  };
};

/** @throws TargetAnswerError that says what is not as the file says */
export async function describeTarget(tools: TargetTools): Promise<TargetDescription> {
  const { context, nodes, file } = tools;
  const words = tools.words.preflight;
  const described: DescribedNode[] = [];
  let first: Visitor | undefined;
  for (const { id, url } of nodes) {
    context.progress(words.checking(id));
    const anonymous = await tools.visitor().whoami(url);
    if (anonymous.outcome !== 'logged-out') throw new TargetAnswerError(words.anonymous(id, anonymous));
    const client = tools.visitor();
    const login = await client.login(url);
    const whoami = await client.whoami(url);
    if (!login.accepted) throw new TargetAnswerError(words.loginRefused(id, login));
    if (whoami.outcome !== 'recognised') throw new TargetAnswerError(words.notRecognised(id, login, whoami));
    first ??= client;
    described.push({ id, login, whoami, anonymous });
  }
  const [node] = nodes;
  if (node === undefined || first === undefined) throw new TypeError('A target without a node.');
  const cookies = file.credential.kind === 'cookie' ? await credentialCookies(tools, first, node.url) : [];
  const stranger = tools.visitor().withPassword(randomUUID());
  const login = await stranger.login(node.url);
  const values = credentialValues(first, cookies);
  return {
    nodes: described,
    wrongPassword: { login, whoami: await stranger.whoami(node.url) },
    credential: {
      kind: file.credential.kind,
      cookies,
      isJwt: values.length === 1 && isJwt(values[0] ?? ''),
      sizeBytes: values.reduce((sum, value) => sum + Buffer.byteLength(value), 0),
    },
  };
}

/** The values by which a client is known, as they are sent: a token, or the cookies with these names. */
export function credentialValues(client: Visitor, cookies: readonly string[]): string[] {
  const { token, cookies: held } = client.credential();
  if (token !== undefined) return [token];
  return cookies.map((name) => held.get(name) ?? '');
}

/** Those cookies without which the client is no longer recognised; all of them when no single one decides. */
async function credentialCookies({ file, words }: TargetTools, client: Visitor, url: string): Promise<string[]> {
  const credential = client.credential();
  const names = [...credential.cookies.keys()];
  if (file.credential.name !== undefined) {
    if (!names.includes(file.credential.name)) {
      throw new TargetAnswerError(words.preflight.noSuchCookie(file.credential.name, names));
    }
    return [file.credential.name];
  }
  const deciding: string[] = [];
  for (const name of names) {
    const cookies = new Map([...credential.cookies].filter(([each]) => each !== name));
    const { outcome } = await client.withCredential({ ...credential, cookies }).whoami(url);
    if (outcome !== 'recognised') deciding.push(name);
  }
  return deciding.length > 0 ? deciding : names;
}

/** Three parts, the first of which is a JSON object with an `alg` (RFC 7515, section 3.1). */
export function isJwt(value: string): boolean {
  if (!/^[\w-]+\.[\w-]+\.[\w-]*$/.test(decoded(value))) return false;
  try {
    const { header } = decodeToken(decoded(value));
    return typeof header.alg === 'string';
  } catch {
    return false;
  }
}
