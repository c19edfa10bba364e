/** Free ports on loopback. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { PortTakenError } from './errors.ts';

const quietMs = 60_000;
const handedOut = new Map<number, number>();

/**
 * A port that nobody listens on, not handed out by this process within the last minute.
 *
 * It lies below the range from which the system takes the ports of outgoing connections. Otherwise a client that
 * reconnects to a killed server could be given the server's own port, and the server could not come back.
 */
export async function freePort(): Promise<number> {
  const { low, high } = portRange();
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = low + Math.floor(Math.random() * (high - low));
    if (!recentlyHandedOut(port) && (await isPortFree(port))) return handOut(port);
  }
  throw new PortTakenError(`No free port found between ${low} and ${high} on 127.0.0.1.`);
}

/** The preferred port when it is free, else another one; then `moved` is told, so that the user can be. */
export async function choosePort(
  preferred: number,
  moved: (preferred: number, chosen: number) => void,
): Promise<number> {
  if (!recentlyHandedOut(preferred) && (await isPortFree(preferred))) return handOut(preferred);
  const chosen = await freePort();
  moved(preferred, chosen);
  return chosen;
}

/** Lets a port be chosen again before its minute is over, when its server has been stopped for good. */
export function releasePort(port: number): void {
  handedOut.delete(port);
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

function handOut(port: number): number {
  handedOut.set(port, Date.now());
  return port;
}

function recentlyHandedOut(port: number): boolean {
  const at = handedOut.get(port);
  return at !== undefined && Date.now() - at < quietMs;
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
