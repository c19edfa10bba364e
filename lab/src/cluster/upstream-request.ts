/** One attempt of the built-in balancer to have a request answered by one server. */
import {
  Agent,
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { BalancerSettings, Upstream } from './balancer-settings.ts';

export type FailureReason = 'error' | 'timeout' | 'client-gone';

/** The server could not be reached, died, or was silent for too long. */
export class UpstreamFailure extends Error {
  readonly reason: FailureReason;
  /** Whether any part of the request may have reached the server. */
  readonly wasSent: boolean;

  constructor(reason: FailureReason, wasSent: boolean) {
    super(`The server failed: ${reason}.`);
    this.reason = reason;
    this.wasSent = wasSent;
  }
}

export interface UpstreamAttempt {
  readonly server: Upstream;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer;
  readonly clientAddress: string;
  /** For the header `X-Upstream`: every server tried so far, this one included. */
  readonly tried: string;
  readonly settings: Pick<BalancerSettings, 'connectTimeoutMs' | 'readTimeoutMs'>;
}

const agent = new Agent({ keepAlive: true, maxFreeSockets: 64, noDelay: true });

const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Resolves when the answer has been passed on completely. @throws UpstreamFailure */
export function sendUpstream(attempt: UpstreamAttempt): Promise<void> {
  const { server, request, response, body, settings } = attempt;
  return new Promise((resolve, reject) => {
    let connected = false;
    const outgoing: ClientRequest = httpRequest({
      host: server.host,
      port: server.port,
      method: request.method ?? 'GET',
      path: request.url ?? '/',
      headers: requestHeaders(attempt),
      agent,
    });
    const connecting = setTimeout(() => fail('timeout'), settings.connectTimeoutMs);
    const clientGone = () => fail('client-gone');
    response.once('close', clientGone);

    function settle(): void {
      clearTimeout(connecting);
      response.off('close', clientGone);
    }
    function fail(reason: FailureReason): void {
      settle();
      reject(new UpstreamFailure(reason, connected));
      outgoing.destroy();
    }

    outgoing.once('socket', (socket) => {
      const ready = () => {
        connected = true;
        clearTimeout(connecting);
        outgoing.setTimeout(settings.readTimeoutMs, () => {
          // Silence while a slow client is still taking what came is not the server's.
          if (!response.writableNeedDrain) fail('timeout');
        });
      };
      if (socket.connecting) socket.once('connect', ready);
      else ready();
    });
    outgoing.on('error', () => fail('error'));
    outgoing.once('response', (incoming) => {
      incoming.on('error', () => fail('error'));
      response.writeHead(incoming.statusCode ?? 502, incoming.statusMessage, responseHeaders(incoming, attempt.tried));
      incoming.pipe(response);
      response.once('finish', () => {
        settle();
        resolve();
      });
    });
    outgoing.end(body);
  });
}

function requestHeaders({ request, body, clientAddress }: UpstreamAttempt): string[] {
  const replaced = new Set(['x-forwarded-for', 'x-real-ip', 'x-forwarded-proto', 'content-length', 'expect']);
  const headers = passedOn(request.rawHeaders, (name) => !replaced.has(name));
  headers.push('X-Real-IP', clientAddress, 'X-Forwarded-For', clientAddress, 'X-Forwarded-Proto', 'http');
  if (body.length > 0 || request.headers['content-length'] !== undefined) {
    headers.push('Content-Length', String(body.length));
  }
  return headers;
}

function responseHeaders(incoming: IncomingMessage, tried: string): string[] {
  return [...passedOn(incoming.rawHeaders, () => true), 'X-Upstream', tried];
}

/** Names and values in turn, as they came, without those that belong to one connection only. */
function passedOn(rawHeaders: readonly string[], isPassed: (name: string) => boolean): string[] {
  const headers: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const lower = name.toLowerCase();
    if (!hopByHop.has(lower) && isPassed(lower)) headers.push(name, rawHeaders[index + 1] ?? '');
  }
  return headers;
}
