/** The shop on every adapter, with coherent sessions and without, on two servers that share a Redis. */
import { createSallyport, type Sallyport } from 'sallyport';
import { afterAll, beforeAll, describe } from 'vitest';
import { useRedisServer } from '../redis-server.ts';
import { adapters, type RunningShop } from './adapters.ts';
import { HttpClient } from './http-client.ts';

interface ShopServer {
  readonly sallyport: Sallyport;
  readonly running: RunningShop;
}

export interface AdapterShops {
  /** With what is special about its sessions: no two `describe`s have the same. */
  readonly adapter: string;
  readonly coherent: boolean;
  readonly redis: ReturnType<typeof useRedisServer>;
  /** That of the server that browsers ask. */
  sallyport(): Sallyport;
  /** That of the other server. */
  otherSallyport(): Sallyport;
  /** A visitor without cookies. */
  browser(): HttpClient;
  /** At the other server, with the same cookies. */
  elsewhere(client: HttpClient): HttpClient;
}

const secret = 'a secret of at least thirty-two bytes, for tests';

/** One `describe` per adapter. `deadlineMs` is how long an answer of Redis may take. */
export function describeAdapters(
  about: string,
  { deadlineMs }: { readonly deadlineMs: number },
  tests: (shops: AdapterShops) => void,
): void {
  const redis = useRedisServer();
  for (const { adapter: name, start } of adapters) {
    for (const coherent of [false, true]) {
      const adapter = coherent ? `${name}, coherent` : name;
      describe(`the HTTP adapter for ${adapter}: ${about}`, () => {
        const servers: ShopServer[] = [];
        const client = (index: number) => {
          const { origin, fetch } = servers[index]!.running;
          return new HttpClient(origin, fetch);
        };
        beforeAll(async () => {
          for (let n = 0; n < 2; n++) {
            const sallyport = createSallyport({
              redis: redis.url,
              deadlineMs,
              environment: { SALLYPORT_TOKEN_SECRET: secret },
              session: { idleTimeoutSeconds: 60, coherent, devices: { perDeviceType: { phone: 1 } } },
            });
            servers.push({ sallyport, running: await start(sallyport) });
          }
        });
        afterAll(async () => {
          for (const { running } of servers) await running.close();
          for (const { sallyport } of servers) await sallyport.close();
        });
        tests({
          adapter,
          coherent,
          redis,
          sallyport: () => servers[0]!.sallyport,
          otherSallyport: () => servers[1]!.sallyport,
          browser: () => client(0),
          elsewhere: ({ cookies }) => {
            const other = client(1);
            for (const [name, value] of cookies) other.cookies.set(name, value);
            return other;
          },
        });
      });
    }
  }
}
