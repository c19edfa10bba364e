/** Reads a small JSON body where no parser of the framework has done so. */
import type { IncomingMessage } from 'node:http';

const maxBytes = 8_192;

/**
 * What the body says; `undefined` when it is no JSON, longer than any that is meant for us, or was broken off: for who
 * asks, that is a request without what is needed.
 */
export async function readJsonBody(chunks: AsyncIterable<Uint8Array>): Promise<unknown> {
  const read: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of chunks) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > maxBytes) return undefined;
      read.push(chunk);
    }
    return JSON.parse(Buffer.concat(read).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** The body that a parser such as `express.json()` has left at the request, or else what is read from it. */
export async function bodyOfNodeRequest(request: IncomingMessage & { readonly body?: unknown }): Promise<unknown> {
  if (request.body !== undefined) return request.body;
  // Not destroyed when it is too long: the answer still has to get out.
  return request.readable ? readJsonBody(request.iterator({ destroyOnReturn: false })) : undefined;
}
