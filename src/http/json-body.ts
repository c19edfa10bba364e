/** Reads a small JSON body where no parser of the framework has done so. */
import type { IncomingMessage } from 'node:http';

const maxBytes = 8_192;

/**
 * What the body says; `undefined` when it is no JSON, longer than any that is meant for us, or was broken off: for who
 * asks, that is a request without what is needed. Reads to the end and keeps no more than is meant for us: a connection
 * whose request was left in the middle serves no other any more.
 */
export async function readJsonBody(chunks: AsyncIterable<Uint8Array>): Promise<unknown> {
  const kept: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of chunks) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes <= maxBytes) kept.push(chunk);
      else kept.length = 0;
    }
    return sizeBytes <= maxBytes ? JSON.parse(Buffer.concat(kept).toString('utf8')) : undefined;
  } catch {
    return undefined;
  }
}

/** The body that a parser such as `express.json()` has left at the request, or else what is read from it. */
export async function bodyOfNodeRequest(request: IncomingMessage & { readonly body?: unknown }): Promise<unknown> {
  if (request.body !== undefined) return request.body;
  return request.readable ? readJsonBody(request) : undefined;
}
