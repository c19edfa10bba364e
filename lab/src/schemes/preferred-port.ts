/** A server gets the port that the documentation names, or another one when that is taken; then somebody is told. */
import { choosePort, freePort, PortTakenError, releasePort, ServerStartError } from '../cluster/index.ts';

/** @throws whatever `start` throws for another reason than a taken port */
export async function onPreferredPort<Server>(
  preferred: number,
  moved: (preferred: number, chosen: number) => void,
  start: (port: number) => Promise<Server>,
): Promise<Server> {
  const port = await choosePort(preferred, moved);
  try {
    return await start(port);
  } catch (error) {
    releasePort(port);
    if (!lostPort(error)) throw error;
  }
  // Somebody took it between the look and the start.
  const other = await freePort();
  moved(preferred, other);
  return start(other);
}

function lostPort(error: unknown): boolean {
  return (
    error instanceof PortTakenError ||
    (error instanceof ServerStartError && /address already in use|EADDRINUSE/i.test(error.output))
  );
}
