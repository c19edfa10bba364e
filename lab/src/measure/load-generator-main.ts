/** The child process of the load generator: takes one order at a time over loopback and answers with its result. */
import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { measureClosedLoop } from './closed-loop.ts';
import type { LoadOrder } from './load-generator.ts';
import { measureOpenLoop } from './open-loop.ts';
import { measureSerial } from './serial-latency.ts';

const { LOAD_GENERATOR_KEY = '', PORT = '' } = process.env;
if (LOAD_GENERATOR_KEY === '' || !(Number(PORT) > 0)) throw new Error('LOAD_GENERATOR_KEY and PORT must be set.');
const expected = Buffer.from(`Bearer ${LOAD_GENERATOR_KEY}`);
let busy = false;

const server = createServer(async (request, response) => {
  const answer = (status: number, body: object): void => {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  };
  if (request.url === '/health') return answer(200, { ok: true });
  // Anybody on this machine may find the port; only the lab has the key.
  if (!isAllowed(request)) return answer(403, { error: 'the key is missing or wrong' });
  if (busy) return answer(409, { error: 'it is busy with another run' });
  busy = true;
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  try {
    answer(200, await carryOut(JSON.parse(await textOf(request)) as LoadOrder, gone.signal));
  } catch (error) {
    answer(500, { error: error instanceof Error ? error.message : String(error) });
  } finally {
    busy = false;
  }
});
// A run takes as long as it takes.
server.requestTimeout = 0;
server.listen(Number(PORT), '127.0.0.1');

function isAllowed({ headers }: IncomingMessage): boolean {
  const given = Buffer.from(headers.authorization ?? '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function carryOut(order: LoadOrder, signal: AbortSignal): Promise<object> {
  switch (order.kind) {
    case 'serial':
      return measureSerial(order.options, signal);
    case 'open-loop':
      return measureOpenLoop(order.options, signal);
    case 'closed-loop':
      return measureClosedLoop(order.options, signal);
  }
}
