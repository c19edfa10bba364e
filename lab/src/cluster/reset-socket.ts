import type { Socket } from 'node:net';

/**
 * Closes a connection with RST. One that is shutting down already is only destroyed: Node 20 loses the handle of a socket
 * that is reset meanwhile, and the thread that had it never ends.
 */
export function resetSocket(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
