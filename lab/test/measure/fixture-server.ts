/** A server to be measured: it can be slow, stall, refuse, hang, burn CPU, and says who has visited it. */
import { createServer } from 'node:http';

const visitors = new Map<string, number>();
let connections = 0;
const held: Buffer[] = [];

function burn(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://fixture');
  const number = (name: string) => Number(searchParams.get(name));
  const json = (body: object) => response.setHeader('Content-Type', 'application/json').end(JSON.stringify(body));
  switch (pathname) {
    case '/status':
      response.statusCode = number('code');
      return response.end('as you wish');
    case '/hang':
      return;
    case '/drop':
      return request.socket.destroy();
    case '/burn':
      burn(number('ms'));
      return response.end('burnt');
    case '/stall':
      // From the next turn on, so that the asker gets its answer first.
      setInterval(() => burn(number('ms')), number('everyMs'));
      return response.end('stalling');
    case '/hold':
      held.push(Buffer.alloc(number('bytes'), 1));
      return response.end('held');
    case '/debug/memory':
      return json({ heapUsedBytes: 12_345_678 });
    case '/visit': {
      const visitor = `${request.headers.cookie ?? ''} ${request.headers['x-forwarded-for'] ?? ''}`;
      visitors.set(visitor, (visitors.get(visitor) ?? 0) + 1);
      return response.end('welcome');
    }
    case '/visitors':
      return json({ visitors: Object.fromEntries(visitors), connections });
    default:
      return response.end('ok');
  }
});
server.on('connection', () => {
  connections++;
});
server.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
