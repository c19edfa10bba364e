/** The child process of the built-in balancer. Its only argument is its settings as JSON. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import type { BalancerSettings } from './balancer-settings.ts';
import { UpstreamChoice, type UpstreamState } from './upstream-choice.ts';
import { sendUpstream, UpstreamFailure } from './upstream-request.ts';

const settings = JSON.parse(process.argv[2] ?? '') as BalancerSettings;
const choice = new UpstreamChoice({
  policy: settings.policy,
  upstreams: settings.upstreams,
  failTimeoutMs: settings.failTimeoutSeconds * 1000,
  now: () => performance.now(),
});
/** nginx' default of client_max_body_size. */
const maxBodyBytes = 1024 * 1024;

/** Methods whose repetition could do harm; nginx keeps the same list. */
const neverSentTwice = new Set(['POST', 'LOCK', 'PATCH']);

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url === `/${settings.probe}`) {
    response.end(settings.probe);
    return;
  }
  const body = await readBody(request);
  if (body === undefined) {
    response.writeHead(413).end();
    return;
  }
  const clientAddress = forwardedAddress(request);
  const tried = new Set<UpstreamState>();
  const names: string[] = [];
  let status = 502;
  for (;;) {
    const server = choice.choose(clientAddress, tried);
    if (server === undefined) break;
    tried.add(server);
    names.push(`${server.host.includes(':') ? `[${server.host}]` : server.host}:${server.port}`);
    try {
      await sendUpstream({ server, request, response, body, clientAddress, tried: names.join(', '), settings });
      choice.succeeded(server);
      return;
    } catch (error) {
      if (!(error instanceof UpstreamFailure)) throw error;
      if (error.reason === 'client-gone') return;
      choice.failed(server);
      if (response.headersSent) {
        response.destroy();
        return;
      }
      status = error.reason === 'timeout' ? 504 : 502;
      if (error.wasSent && neverSentTwice.has(request.method ?? '')) break;
    }
  }
  response.writeHead(status, { 'X-Upstream': names.join(', ') }).end();
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes <= maxBodyBytes) chunks.push(chunk);
  }
  return sizeBytes <= maxBodyBytes ? Buffer.concat(chunks) : undefined;
}

/** The last address of X-Forwarded-For, as nginx' real-ip module takes it, else the connection's. */
function forwardedAddress(request: IncomingMessage): string {
  const header = request.headers['x-forwarded-for'];
  const last = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',').at(-1)?.trim() ?? '';
  return isIP(last) === 0 ? (request.socket.remoteAddress ?? '127.0.0.1') : last;
}

const server = createServer((request, response) => {
  handle(request, response).catch((error: unknown) => {
    // The client went away while it was sending; anything else is a fault of ours and is printed.
    if (!request.destroyed) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    response.destroy();
  });
});
server.keepAliveTimeout = 75_000;
server.listen(settings.port, '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
