/** A small application server for the tests of the cluster: says who it is and what it was asked. */
import { createServer } from 'node:http';

const id = process.env.SERVER_ID ?? '';

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const path = request.url ?? '/';
  if (path === '/health') {
    response.end('ok');
  } else if (path === '/environment') {
    response.end(JSON.stringify(process.env));
  } else if (path === '/large') {
    response.end(Buffer.alloc(3_000_000, id.at(-1)));
  } else if (path === '/half') {
    // An answer that breaks off in the middle.
    response.writeHead(200, { 'Content-Length': '1000' });
    response.write('x'.repeat(500), () => response.destroy());
  } else {
    response.setHeader('Set-Cookie', ['a=1', 'b=2']);
    response.writeHead(path === '/missing' ? 404 : 200, { 'Content-Type': 'application/json' });
    response.end(
      JSON.stringify({
        id,
        method: request.method,
        path,
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      }),
    );
  }
});
if (process.env.REFUSE_TO_START !== undefined) {
  process.stderr.write('The fixture was told not to start.\n');
  process.exit(3);
}
server.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
