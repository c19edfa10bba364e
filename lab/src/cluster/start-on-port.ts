/** Starts a server on the port that was asked for, or on a free one, again when somebody else was faster. */
import { PortTakenError, ServerStartError } from './errors.ts';
import { freePort, releasePort, requirePortFree } from './ports.ts';

export interface StartedOnPort<Server> {
  readonly port: number;
  readonly server: Server;
}

/**
 * @throws PortTakenError when the port that was asked for is in use.
 * @throws whatever `start` throws.
 */
export async function startOnPort<Server>(
  asked: number | undefined,
  name: string,
  start: (port: number) => Promise<Server>,
): Promise<StartedOnPort<Server>> {
  for (let attempt = 1; ; attempt++) {
    const port = asked ?? (await freePort());
    try {
      await requirePortFree(port, name);
      return { port, server: await start(port) };
    } catch (error) {
      if (asked === undefined) releasePort(port);
      if (asked !== undefined || attempt === 5 || !isTaken(error)) throw error;
    }
  }
}

function isTaken(error: unknown): boolean {
  return (
    error instanceof PortTakenError ||
    (error instanceof ServerStartError && /address already in use|EADDRINUSE/i.test(error.output))
  );
}
