import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BreakableLink, startBreakableLink } from '../../src/cluster/breakable-link.ts';

describe('a breakable link', () => {
  let server: Server;
  let link: BreakableLink;
  let heard: string[];
  const sockets: Socket[] = [];

  beforeEach(async () => {
    heard = [];
    server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (bytes) => {
        heard.push(bytes.toString());
        server.emit('heard');
        socket.write(`re:${bytes}`);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    link = await startBreakableLink((server.address() as { port: number }).port);
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await link.stop();
    server.close();
  });

  async function client(): Promise<Socket> {
    const socket = connect(link.port, '127.0.0.1');
    sockets.push(socket);
    socket.on('error', () => {});
    await once(socket, 'connect');
    return socket;
  }
  async function ask(socket: Socket, text: string): Promise<string> {
    const answer = once(socket, 'data');
    socket.write(text);
    return String((await answer)[0]);
  }

  it('passes bytes on', async () => {
    expect(await ask(await client(), 'a')).toBe('re:a');
  });

  it('cuts after the request was carried out and before its reply arrives', async () => {
    const socket = await client();
    expect(await ask(socket, 'a')).toBe('re:a');
    let replies = 0;
    socket.on('data', () => replies++);
    link.cutBeforeReply();
    expect(link).toMatchObject({ awaitingCut: 1, traces: 0 });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write('b');
    await closed;
    expect({ heard, replies }).toEqual({ heard: ['a', 'b'], replies: 0 });
    expect(link).toMatchObject({ awaitingCut: 0, traces: 1 });
    expect(await ask(await client(), 'c')).toBe('re:c');
  });

  it('does not cut what had no reply until it was healed', async () => {
    const socket = await client();
    expect(await ask(socket, 'a')).toBe('re:a');
    link.cutBeforeReply();
    link.heal();
    expect(await ask(socket, 'b')).toBe('re:b');
    expect(link).toMatchObject({ awaitingCut: 0, traces: 0 });
  });

  it('resets all connections, and counts them', async () => {
    const sockets = [await client(), await client()];
    for (const socket of sockets) await ask(socket, 'a');
    const closed = Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve))));
    link.reset();
    await closed;
    expect(link.traces).toBe(2);
  });

  it('lets both directions vanish', async () => {
    const socket = await client();
    await ask(socket, 'a');
    link.blackHole();
    socket.write('b');
    await expect.poll(() => link.traces).toBeGreaterThan(0);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    link.heal();
    await closed;
    expect(heard).toEqual(['a']);
  });

  it('lets one direction vanish, and resets what lost bytes when it is healed', async () => {
    const socket = await client();
    await ask(socket, 'a');
    let replies = 0;
    socket.on('data', () => replies++);
    link.halfOpen('replies');
    const arrived = once(server, 'heard');
    socket.write('b');
    await arrived;
    const closed = new Promise((resolve) => socket.once('close', resolve));
    // The reply is on its way to the link, which passes it at no moment; once it has vanished, healing resets.
    const healing = setInterval(() => {
      link.heal();
      link.halfOpen('replies');
    }, 5);
    await closed.finally(() => clearInterval(healing));
    expect(link.traces).toBeGreaterThan(0);
    expect({ heard, replies }).toEqual({ heard: ['a', 'b'], replies: 0 });
  });
});
