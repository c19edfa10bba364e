/** Logs in many users quickly, over connections that stay open, for experiments that need hundreds of live sessions. */
import { Pool } from 'undici';
import type { VisitorHeaders } from '../../measure/load-target.ts';
import type { LabContext } from '../context.ts';

/** One user who is logged in. Its headers are a credential: keep them out of observations. */
export interface SignedIn {
  readonly headers: VisitorHeaders;
  /** Which server answered the login, from `X-Server-Id`. */
  readonly server: string;
}

const atOnce = 16;
const timeLimitMs = 10_000;

/**
 * @param url Of a server or of the balancer.
 * @param firstUser The number of the first user; all have names of one length, so that all sessions are alike.
 * @throws Error when a login is not answered with 200 and a cookie or a token
 */
export async function signIn(
  context: LabContext,
  url: string,
  { users, firstUser = 0 }: { readonly users: number; readonly firstUser?: number },
): Promise<SignedIn[]> {
  const pool = new Pool(url, { connections: atOnce, headersTimeout: timeLimitMs, bodyTimeout: timeLimitMs });
  const signedIn: SignedIn[] = [];
  let next = 0;
  async function work(): Promise<void> {
    while (next < users) {
      context.signal.throwIfAborted();
      const number = String(firstUser + next++).padStart(6, '0');
      signedIn.push(await login(pool, number, context.random.address()));
    }
  }
  try {
    await Promise.all(Array.from({ length: atOnce }, work));
    return signedIn;
  } finally {
    await pool.destroy();
  }
}

async function login(pool: Pool, number: string, address: string): Promise<SignedIn> {
  const { statusCode, headers, body } = await pool.request({
    method: 'POST',
    path: '/login',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
    body: JSON.stringify({ userId: `u-${number}`, username: `user-${number}`, role: 'member' }),
  });
  const { token } = (await body.json()) as { token?: string };
  const cookie = [headers['set-cookie'] ?? []].flat()[0]?.split(';')[0];
  const credential = token !== undefined ? { authorization: `Bearer ${token}` } : cookie && { cookie };
  if (statusCode !== 200 || !credential) {
    throw new Error(`A login was answered with ${statusCode}${credential ? '' : ' and no credential'}.`);
  }
  return {
    headers: { 'x-forwarded-for': address, ...credential },
    server: [headers['x-server-id'] ?? ''].flat()[0] ?? '',
  };
}
