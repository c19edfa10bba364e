/** Visitors of an application, and what they must be answered. */
import { setTimeout as delay } from 'node:timers/promises';
import { request } from 'undici';
import { expectedProfile, userAgent } from './visitor.ts';

/** The headers of one who is signed in. */
export type VisitorHeaders = Readonly<Record<string, string>>;

export interface Visitors {
  readonly profileUrl: string;
  /** @returns the headers of each visitor, in their order. @throws Error when one is refused */
  signIn(visitors: number): Promise<VisitorHeaders[]>;
  /** @throws Error unless each is answered their own profile, and one without a session 401 */
  check(visitors: readonly VisitorHeaders[]): Promise<void>;
}

const parallel = 32;
const requestTimeouts = { headersTimeout: 10_000, bodyTimeout: 10_000 };

export function visitorsOf(port: number): Visitors {
  const origin = `http://127.0.0.1:${port}`;
  const profileUrl = `${origin}/profile`;

  async function signInOne(n: number): Promise<VisitorHeaders> {
    const { statusCode, headers, body } = await request(`${origin}/login/${n}`, {
      method: 'POST',
      headers: { 'user-agent': userAgent },
      ...requestTimeouts,
    });
    await body.dump();
    const [cookie] = String(headers['set-cookie'] ?? '').split(';');
    if (statusCode !== 204 || !cookie) throw new Error(`A login was answered ${statusCode}, with no cookie.`);
    return { cookie, 'user-agent': userAgent };
  }

  async function profileOf(headers: VisitorHeaders): Promise<{ status: number; text: string }> {
    const { statusCode, body } = await request(profileUrl, { headers, ...requestTimeouts });
    return { status: statusCode, text: await body.text() };
  }

  return {
    profileUrl,
    signIn: async (visitors) => {
      const signedIn: VisitorHeaders[] = [];
      let next = 0;
      const signInSome = async () => {
        while (next < visitors) {
          const n = next++;
          signedIn[n] = await signInOne(n);
        }
      };
      await Promise.all(Array.from({ length: parallel }, signInSome));
      return signedIn;
    },
    check: async (visitors) => {
      const { status } = await profileOf({ 'user-agent': userAgent });
      if (status !== 401) throw new Error(`A request without a session was answered ${status}.`);
      // Some store a session when they have answered: the last ones may take a moment.
      for (const n of [0, visitors.length >> 1, visitors.length - 1]) {
        const expected = JSON.stringify(expectedProfile(n));
        let answer = await profileOf(visitors[n]!);
        for (let attempt = 0; answer.text !== expected && attempt < 10; attempt++) {
          await delay(30);
          answer = await profileOf(visitors[n]!);
        }
        if (answer.text !== expected) throw new Error(`Visitor ${n} was answered ${answer.status} ${answer.text}.`);
      }
    },
  };
}
