/** The browser's side of a race. */
import { Pool } from 'undici';

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** What a browser would send back from now on: `name=value; name=value`. */
  readonly cookies: string;
}

export interface Visitor {
  /** Sends a request with this `Cookie` header, as an open page does that knows of no other. */
  send(method: 'GET' | 'POST', path: string, cookies?: string): Promise<Answer>;
  close(): Promise<void>;
}

/** Has a connection for each of `parallel` requests, so that none waits for another on the client's side. */
export function visit(url: string, { parallel }: { parallel: number }): Visitor {
  const pool = new Pool(url, { connections: parallel, pipelining: 1 });
  return {
    send: async (method, path, cookies) => {
      const { statusCode, headers, body } = await pool.request({
        method,
        path,
        headers: cookies === undefined ? {} : { cookie: cookies },
      });
      return { status: statusCode, body: await body.text(), cookies: cookiesOf(headers['set-cookie']) };
    },
    close: () => pool.destroy(),
  };
}

function cookiesOf(setCookie: string | string[] | undefined): string {
  return [setCookie ?? []]
    .flat()
    .map((header) => header.split(';', 1)[0])
    .join('; ');
}
