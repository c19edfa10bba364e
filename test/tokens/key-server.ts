/** A real HTTP server that publishes a JWK Set and can be made to misbehave. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JSONWebKeySet } from 'jose';

export interface KeyServer {
  readonly url: string;
  /** How many requests have arrived. */
  readonly requests: number;
  publish(set: JSONWebKeySet): void;
  /** Answers the next requests in this way until `publish` is called. */
  answer(how: (response: ServerResponse) => void): void;
  /** Refuses connections until `start`. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

export async function startKeyServer(set: JSONWebKeySet = { keys: [] }): Promise<KeyServer> {
  let requests = 0;
  let port = 0;
  let respond: (response: ServerResponse) => void = () => {};
  const publish = (published: JSONWebKeySet) => {
    respond = (response) =>
      response.setHeader('content-type', 'application/jwk-set+json').end(JSON.stringify(published));
  };
  publish(set);
  const server = createServer((_, response) => {
    requests += 1;
    respond(response);
  });
  const start = () => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await start();
  port = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${port}/.well-known/jwks.json`,
    get requests() {
      return requests;
    },
    publish,
    answer: (how) => {
      respond = how;
    },
    start,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
