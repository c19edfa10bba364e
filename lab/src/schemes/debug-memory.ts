/** `GET /debug/memory`: what this server's heap holds, after its garbage was collected where Node was started with `--expose-gc`. */
import type { RequestHandler } from 'express';

export const debugMemory: RequestHandler = (_request, response) => {
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  response.json({ heapUsedBytes: heapUsed, rssBytes: rss, collected: globalThis.gc !== undefined });
};
