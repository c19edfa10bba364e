/** The process of the application: it answers with its port, and serves until its parent ends it. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { answerFigures } from '../queue/answer-figures.ts';
import { type AppRequest, createApp } from './app.ts';

answerFigures(async (request: AppRequest) => {
  const server = createApp(request).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port };
});
