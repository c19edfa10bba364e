/**
 * Free ports on loopback, each handed out once on the whole machine.
 *
 * Two labs may run beside each other. A port that is free now could be taken by the other one before our server listens
 * there, or while it is down on purpose; the readiness probe would then be answered by the stranger. So whoever hands
 * out a TCP port keeps the UDP port of the same number bound until it is released. The system grants that to one
 * process only, and takes it back when the process dies.
 */
import { createSocket, type Socket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { PortTakenError } from './errors.ts';

const reservations = new Map<number, Socket>();

/**
 * A port that nobody listens on and that no lab on this machine has reserved. It is reserved until `releasePort`.
 *
 * It lies below the range from which the system takes the ports of outgoing connections. Otherwise a client that
 * reconnects to a killed server could be given the server's own port, and the server could not come back.
 */
export async function freePort(): Promise<number> {
  const { low, high } = portRange();
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = low + Math.floor(Math.random() * (high - low));
    if (await reserve(port)) return port;
  }
  throw new PortTakenError(`No free port found between ${low} and ${high} on 127.0.0.1.`);
}

/** The preferred port when it is free, else another one; then `moved` is told, so that the user can be. */
export async function choosePort(
  preferred: number,
  moved: (preferred: number, chosen: number) => void,
): Promise<number> {
  if (await reserve(preferred)) return preferred;
  const chosen = await freePort();
  moved(preferred, chosen);
  return chosen;
}

/** Lets a port be handed out again, when its server has been stopped for good. Does nothing for any other port. */
export function releasePort(port: number): void {
  reservations.get(port)?.close();
  reservations.delete(port);
}

/** Whether a server could listen on this port of 127.0.0.1 now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** @throws PortTakenError */
export async function requirePortFree(port: number, server: string): Promise<void> {
  if (!(await isPortFree(port))) {
    throw new PortTakenError(
      `${server} needs port ${port}, which is in use. Stop what listens there, or choose another.`,
    );
  }
}

async function reserve(port: number): Promise<boolean> {
  const reservation = await bindUdp(port);
  if (reservation === undefined) return false;
  if (!(await isPortFree(port))) {
    reservation.close();
    return false;
  }
  reservations.set(port, reservation);
  return true;
}

function bindUdp(port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.unref();
    socket.once('error', () => {
      socket.close();
      resolve(undefined);
    });
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => resolve(socket));
  });
}

/** 15000 up to the first port of outgoing connections; on a system that starts lower, the usual dynamic range. */
function portRange(): { low: number; high: number } {
  const low = 15_000;
  try {
    const first = Number.parseInt(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8'), 10);
    return first >= low + 2000 ? { low, high: first } : { low: 49_152, high: 65_000 };
  } catch {
    return { low, high: 32_768 };
  }
}
