/** Requests to the application, so many under way at a time. */
import { Pool } from 'undici';

const connections = 16;

export interface AppClient {
  text(path: string): Promise<string>;
  /** @throws Error for an answer that is not the user of the token */
  useTokens(tokens: readonly string[], requests: number): Promise<void>;
  close(): Promise<void>;
}

export function openClient(url: string): AppClient {
  const pool = new Pool(url, { connections });

  async function ask(path: string, headers: Record<string, string>): Promise<string> {
    const { statusCode, body } = await pool.request({ path, method: 'GET', headers });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`The application answered ${statusCode}.`);
    return text;
  }

  return {
    text: (path) => ask(path, {}),
    useTokens: async (tokens, requests) => {
      let next = 0;
      const visitor = async () => {
        while (next < requests) {
          const index = next++ % tokens.length;
          const user = await ask('/profile', { authorization: `Bearer ${tokens[index]}` });
          if (user !== `user-${index}`) throw new Error('The application took a token for another.');
        }
      };
      await Promise.all(Array.from({ length: connections }, visitor));
    },
    close: () => pool.close(),
  };
}
