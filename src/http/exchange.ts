/** The little that sessions need of a request and its response, so that each framework's adapter is one thin file. */
export interface HttpExchange {
  readonly cookieHeader: string | undefined;
  /** Looked up only when a session is made: behind proxies that costs more than reading the session. */
  ipAddress(): string | undefined;
  readonly userAgent: string | undefined;
  /** True once the status line or a header has gone out. */
  responseStarted(): boolean;
  /** Adds a `Set-Cookie` header, in place of an earlier one for the same cookie. */
  setCookie(name: string, header: string): void;
}
