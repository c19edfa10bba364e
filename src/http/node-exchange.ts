import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpExchange } from './exchange.ts';
import { withoutCookie } from './set-cookie-list.ts';

/** The exchange of Node's own request and response, which Express' extend. A class, since there is one for every request. */
export class NodeExchange<Request extends IncomingMessage> implements HttpExchange {
  readonly #request: Request;
  readonly #response: ServerResponse;
  readonly #clientAddress: (request: Request) => string | undefined;

  constructor(
    request: Request,
    response: ServerResponse,
    clientAddress: (request: Request) => string | undefined = socketAddress,
  ) {
    this.#request = request;
    this.#response = response;
    this.#clientAddress = clientAddress;
  }

  get cookieHeader(): string | undefined {
    return this.#request.headers.cookie;
  }

  get userAgent(): string | undefined {
    return this.#request.headers['user-agent'];
  }

  ipAddress(): string | undefined {
    return this.#clientAddress(this.#request);
  }

  responseStarted(): boolean {
    return this.#response.headersSent;
  }

  setCookie(name: string, header: string): void {
    const others = withoutCookie(this.#response.getHeader('Set-Cookie'), name);
    this.#response.setHeader('Set-Cookie', [...others, header]);
  }
}

function socketAddress(request: IncomingMessage): string | undefined {
  return request.socket.remoteAddress;
}
