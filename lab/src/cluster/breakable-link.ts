/** A TCP proxy between one process and Redis, to break their link in the ways of which a process is not told. */
import { connect, createServer, type Socket } from 'node:net';
import { ProxyDirection } from './proxy-direction.ts';
import { resetSocket } from './reset-socket.ts';

export interface BreakableLink {
  readonly port: number;
  /** What it has broken so far: connections reset, and pieces of data that vanished. */
  readonly traces: number;
  /** Connections that `cutBeforeReply` has marked and that have had no reply since. */
  readonly awaitingCut: number;
  /** Resets all connections. New ones pass. */
  reset(): void;
  /** Bytes vanish in both directions, of new connections as well; nothing is closed. */
  blackHole(): void;
  /** Bytes vanish in one direction. */
  halfOpen(direction: 'requests' | 'replies'): void;
  /**
   * Each connection of now is reset when its next reply comes, which is not passed on: what was asked has been done.
   * New connections pass.
   */
  cutBeforeReply(): void;
  /**
   * Back to passing everything. A connection that lost bytes is reset, as its stream can not be mended; one that still
   * waits for a reply is not cut any more.
   */
  heal(): void;
  stop(): Promise<void>;
}

interface Connection {
  readonly client: Socket;
  readonly target: Socket;
  readonly requests: ProxyDirection;
  readonly replies: ProxyDirection;
  cutAtReply: boolean;
}

export async function startBreakableLink(targetPort: number): Promise<BreakableLink> {
  const connections = new Set<Connection>();
  const requests = { delayMs: 0, swallowing: false };
  const replies = { delayMs: 0, swallowing: false };
  let traces = 0;

  function breakOff(connection: Connection): void {
    traces++;
    reset(connection);
  }

  function reset(connection: Connection): void {
    resetSocket(connection.client);
    resetSocket(connection.target);
    connections.delete(connection);
  }

  function accept(client: Socket): void {
    const target = connect({ port: targetPort, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    client.setNoDelay(true);
    client.on('data', () => {
      if (requests.swallowing) traces++;
    });
    // Before the direction hears of the reply, which then finds its receiver gone.
    target.on('data', () => {
      if (replies.swallowing) traces++;
      else if (connection.cutAtReply) breakOff(connection);
    });
    const connection: Connection = {
      client,
      target,
      requests: new ProxyDirection(client, target, requests),
      replies: new ProxyDirection(target, client, replies),
      cutAtReply: false,
    };
    connections.add(connection);
    for (const [socket, other] of [
      [client, target],
      [target, client],
    ] as const) {
      socket.on('error', () => {
        // A link that is down hides the death of one side from the other.
        if (!requests.swallowing && !replies.swallowing) resetSocket(other);
      });
      socket.once('close', () => {
        if (client.destroyed && target.destroyed) connections.delete(connection);
      });
    }
  }

  const server = createServer({ allowHalfOpen: true }, accept);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1' }, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The link does not listen on a TCP port.');

  return {
    port: address.port,
    get traces() {
      return traces;
    },
    get awaitingCut() {
      return [...connections].filter(({ cutAtReply }) => cutAtReply).length;
    },
    reset: () => {
      for (const connection of [...connections]) breakOff(connection);
    },
    blackHole: () => {
      requests.swallowing = true;
      replies.swallowing = true;
    },
    halfOpen: (direction) => {
      (direction === 'requests' ? requests : replies).swallowing = true;
    },
    cutBeforeReply: () => {
      for (const connection of connections) connection.cutAtReply = true;
    },
    heal: () => {
      requests.swallowing = false;
      replies.swallowing = false;
      for (const connection of [...connections]) {
        connection.cutAtReply = false;
        const isDead = connection.client.destroyed || connection.target.destroyed;
        if (isDead || connection.requests.hasLostBytes || connection.replies.hasLostBytes) reset(connection);
      }
    },
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const connection of [...connections]) reset(connection);
      await closed;
    },
  };
}
