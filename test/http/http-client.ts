/** A browser's cookie jar and nothing more, over real HTTP or straight into an application that answers requests. */
import { parseCookie } from 'cookie';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Record<string, unknown>;
  readonly setCookies: readonly string[];
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export class HttpClient {
  readonly #origin: string;
  readonly #fetch: Fetch;
  readonly cookies = new Map<string, string>();

  constructor(origin: string, fetchWith: Fetch = fetch) {
    this.#origin = origin;
    this.#fetch = fetchWith;
  }

  /** Another window of the same browser, as of now. */
  clone(): HttpClient {
    const other = new HttpClient(this.#origin, this.#fetch);
    for (const [name, value] of this.cookies) other.cookies.set(name, value);
    return other;
  }

  async send(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    signal?: AbortSignal,
    body?: string,
  ): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await this.#fetch(this.#origin + path, {
      method,
      ...(signal === undefined ? {} : { signal }),
      ...(body === undefined ? {} : { body }),
      headers: { ...(cookie === '' ? {} : { cookie }), ...headers },
      redirect: 'manual',
    });
    const setCookies = response.headers.getSetCookie();
    for (const header of setCookies) {
      const [pair = ''] = header.split(';');
      const [name = '', value = ''] = Object.entries(parseCookie(pair))[0] ?? [];
      if (/;\s*Max-Age=0/i.test(header)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const text = await response.text();
    let json = {};
    try {
      json = JSON.parse(text);
    } catch {
      // Not every answer is JSON; `text` has it.
    }
    return { status: response.status, headers: response.headers, text, json, setCookies };
  }

  get(path: string, headers?: Record<string, string>): Promise<Answer> {
    return this.send('GET', path, headers);
  }
  post(path: string, headers?: Record<string, string>): Promise<Answer> {
    return this.send('POST', path, headers);
  }
  postJson(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('POST', path, { 'content-type': 'application/json', ...headers }, undefined, JSON.stringify(body));
  }
}
