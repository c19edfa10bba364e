import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

/**
 * Reads what a handler that failed has left of a request's body, as Express' own handler of errors does. Node reads on by
 * itself only where nobody had begun: otherwise the connection would stand still, and so would the next request on it.
 */
export function readOn(request: IncomingMessage): void {
  // What stands for a request in an application's tests need not be a stream.
  if (!(request instanceof Readable)) return;
  request.unpipe();
  request.resume();
}
