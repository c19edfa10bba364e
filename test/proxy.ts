/** A TCP proxy in front of a server, to break the link between them while both stay well. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { ProxyDirection, resetSocket } from '@sallyport/lab/cluster';

export interface ProxyOptions {
  readonly targetPort: number;
}

export interface TestProxy {
  readonly port: number;
  /** Connections that pass, or hang, through the proxy now. */
  readonly connections: number;
  /** Resets all connections (RST). New ones pass. */
  cut(): void;
  /** Bytes vanish in both directions; connections stay open and new ones are accepted. */
  blackHole(): void;
  /** Resets all connections and stops listening: new ones are refused. */
  refuse(): Promise<void>;
  /** Bytes arrive this much later, in each direction. 0 ends it. */
  delay(delayMs: number): void;
  /** Back to passing everything at once. A connection that lost bytes is reset, as its stream can not be mended. */
  heal(): Promise<void>;
  stop(): Promise<void>;
}

interface Link {
  readonly client: Socket;
  readonly target: Socket;
  readonly directions: readonly [ProxyDirection, ProxyDirection];
}

export async function startProxy({ targetPort }: ProxyOptions): Promise<TestProxy> {
  const links = new Set<Link>();
  const link = { delayMs: 0, swallowing: false };
  let server: Server | undefined;

  function accept(client: Socket): void {
    const target = connect({ port: targetPort, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    client.setNoDelay(true);
    const entry: Link = {
      client,
      target,
      directions: [new ProxyDirection(client, target, link), new ProxyDirection(target, client, link)],
    };
    links.add(entry);
    for (const [socket, other] of [
      [client, target],
      [target, client],
    ] as const) {
      socket.on('error', () => {
        // A black hole hides the death of one side from the other.
        if (!link.swallowing) resetSocket(other);
      });
      socket.once('close', () => {
        if (client.destroyed && target.destroyed) links.delete(entry);
      });
    }
  }

  function reset(entry: Link): void {
    for (const direction of entry.directions) direction.discard();
    resetSocket(entry.client);
    resetSocket(entry.target);
    links.delete(entry);
  }

  function cut(): void {
    for (const entry of [...links]) reset(entry);
  }

  async function listen(port: number): Promise<number> {
    const listening = createServer({ allowHalfOpen: true }, accept);
    await new Promise<void>((resolve, reject) => {
      listening.once('error', reject);
      listening.listen({ port, host: '127.0.0.1' }, resolve);
    });
    server = listening;
    const address = listening.address();
    if (address === null || typeof address === 'string') throw new Error('The proxy does not listen on a TCP port.');
    return address.port;
  }

  async function refuse(): Promise<void> {
    const closing = server;
    server = undefined;
    const closed = closing === undefined ? undefined : new Promise<void>((done) => closing.close(() => done()));
    cut();
    await closed;
  }

  const port = await listen(0);
  return {
    port,
    get connections() {
      return links.size;
    },
    cut,
    blackHole: () => {
      link.swallowing = true;
    },
    refuse,
    delay: (delayMs) => {
      link.delayMs = delayMs;
    },
    heal: async () => {
      link.swallowing = false;
      link.delayMs = 0;
      for (const entry of [...links]) {
        const dead = entry.client.destroyed || entry.target.destroyed;
        if (dead || entry.directions.some((direction) => direction.hasLostBytes)) reset(entry);
      }
      if (server === undefined) await listen(port);
    },
    stop: refuse,
  };
}
