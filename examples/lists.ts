/** Plain lists: any server pushes what is to be sent, a consumer anywhere pops it, urgent messages first. */
import { createServer } from 'node:http';
import { createSallyport } from 'sallyport';
import { valuesFrom } from 'sallyport/lists';

interface Message {
  readonly to: string;
  readonly text: string;
}

const sallyport = createSallyport(); // REDIS_URL, or memory
const urgent = sallyport.list<Message>('messages.urgent');
const normal = sallyport.list<Message>('messages');
const stop = new AbortController();
const sent: string[] = [];
let lastSign = Date.now();

async function deliver(): Promise<void> {
  const onIdle = () => {
    lastSign = Date.now(); // nothing to do for 5 s, and well
  };
  for await (const { list, value } of valuesFrom([urgent, normal], { signal: stop.signal, onIdle })) {
    lastSign = Date.now();
    sent.push(`${list.name} to ${value.to}: ${value.text}`); // a real one would send it
  }
}

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  if (request.method === 'POST' && pathname === '/messages') {
    const message = { to: searchParams.get('to') ?? '', text: searchParams.get('text') ?? '' };
    const waiting = await (searchParams.has('urgent') ? urgent : normal).push(message);
    response.writeHead(202).end(JSON.stringify({ waiting }));
  } else {
    response.end(JSON.stringify({ sent, silentMs: Date.now() - lastSign }));
  }
});

process.once('SIGTERM', () => stop.abort()); // the loop ends, and what was not taken stays in Redis
server.listen(Number(process.env.PORT ?? 3_000), '127.0.0.1', async () => {
  const address = server.address();
  console.log(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
  await deliver();
  server.close();
  await sallyport.close();
});
