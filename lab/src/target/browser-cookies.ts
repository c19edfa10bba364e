/**
 * The cookies of one simulated browser, with what an experiment on sessions has to know about each: its value, and
 * until when a browser would keep it. Cookies know no ports (RFC 6265, section 8.5), so all nodes share them.
 */
import { parseCookie } from 'undici';

interface KeptCookie {
  readonly value: string;
  /** Of the clock of `Date.now`; `undefined` until the browser is closed. */
  readonly expiresAtMs: number | undefined;
}

/** Cookies as they were at one moment, by name. */
export type CookieValues = ReadonlyMap<string, string>;

export class BrowserCookies {
  readonly #cookies = new Map<string, KeptCookie>();
  readonly #now: () => number;

  constructor(values: CookieValues = new Map(), now: () => number = Date.now) {
    this.#now = now;
    for (const [name, value] of values) this.#cookies.set(name, { value, expiresAtMs: undefined });
  }

  /** Takes in the `Set-Cookie` headers of an answer. A cookie that is set to expire in the past is removed. */
  take(headers: string | readonly string[] | undefined): void {
    for (const header of [headers ?? []].flat()) {
      // The parser passes over a negative age, with which some frameworks remove a cookie.
      const cookie = parseCookie(header.replace(/(;\s*max-age\s*=\s*)-\d+/gi, '$10'));
      if (cookie === null || cookie.name === '') continue;
      const expiresAtMs = this.#expiry(cookie);
      if (expiresAtMs !== undefined && expiresAtMs <= this.#now()) this.#cookies.delete(cookie.name);
      else this.#cookies.set(cookie.name, { value: cookie.value, expiresAtMs });
    }
  }

  /**
   * The `Cookie` header; `undefined` when there is nothing to send. It has expired cookies too: whether the server
   * still accepts them is what is asked.
   */
  header(): string | undefined {
    if (this.#cookies.size === 0) return undefined;
    return [...this.#cookies].map(([name, { value }]) => `${name}=${value}`).join('; ');
  }

  get(name: string): string | undefined {
    return this.#cookies.get(name)?.value;
  }

  values(): CookieValues {
    return new Map([...this.#cookies].map(([name, { value }]) => [name, value]));
  }

  /** Whether a browser would still send all of these. */
  keeps(names: readonly string[]): boolean {
    return names.every((name) => {
      const cookie = this.#cookies.get(name);
      return cookie !== undefined && (cookie.expiresAtMs === undefined || cookie.expiresAtMs > this.#now());
    });
  }

  /** Max-Age wins over Expires (RFC 6265, section 5.3). */
  #expiry({ maxAge, expires }: { maxAge?: number; expires?: Date | number }): number | undefined {
    if (maxAge !== undefined) return this.#now() + maxAge * 1000;
    return expires === undefined ? undefined : new Date(expires).getTime();
  }
}
