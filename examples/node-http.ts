/** Sessions on plain node:http: the same `request.session`, and errors answered by the wrapper. */
import { createServer } from 'node:http';
import { createSallyport } from 'sallyport';
import { requireSession, withSession } from 'sallyport/node';

const sallyport = createSallyport();

const server = createServer(
  withSession(sallyport, async (request, response) => {
    const json = (value: unknown) => response.setHeader('Content-Type', 'application/json').end(JSON.stringify(value));
    const url = new URL(request.url ?? '/', 'http://localhost');
    switch (`${request.method} ${url.pathname}`) {
      case 'POST /login':
        await request.session.login({ userId: url.searchParams.get('user') ?? 'guest' });
        return json({ user: request.session.userId });
      case 'GET /profile':
        return json({ user: requireSession(request).userId });
      case 'POST /logout':
        await request.session.logout();
        return json({ user: null });
      default:
        response.statusCode = 404;
        return json({ error: 'not found' });
    }
  }),
);

server.listen(Number(process.env.PORT ?? 3_000), '127.0.0.1', () => {
  const address = server.address();
  console.log(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
});
