/** The pages that are open on this server, for what is told to all of them beside the messages of their room. */
import type { ServerResponse } from 'node:http';

/** A page that leaves so much unread is cut off; it comes back with its last id, and misses nothing. */
const mostBufferedBytes = 1_048_576;

export class Audience {
  readonly #pages = new Set<ServerResponse>();

  join(response: ServerResponse): void {
    if (response.destroyed) return;
    this.#pages.add(response);
    response.once('close', () => this.#pages.delete(response));
  }

  tell(event: string, data: object): void {
    for (const response of this.#pages) tellPage(response, event, data);
  }
}

/** An event without an id leaves the page's place in its room as it is. */
export function tellPage(response: ServerResponse, event: string, data: object): void {
  if (response.writableLength > mostBufferedBytes) response.destroy();
  else if (response.writable) response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}
