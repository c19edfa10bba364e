/** What is compared: `<framework>/<session library>/<variant>`. */
import {
  startBareExpress,
  startBareFastify,
  startBareHono,
  startBareNode,
  startDictionaryExpress,
} from './apps/bare.ts';
import { startExpressSession } from './apps/express-session.ts';
import { startFastifySession } from './apps/fastify-session.ts';
import { startIoredis } from './apps/ioredis.ts';
import { startIronSession } from './apps/iron-session.ts';
import {
  startSallyportExpress,
  startSallyportFastify,
  startSallyportHono,
  startSallyportNode,
} from './apps/sallyport.ts';
import type { StartSessionApp } from './session-app.ts';

export const sessionApps = {
  'node-http/none/bare': startBareNode,
  'node-http/iron-session/renewed': startIronSession,
  'node-http/ioredis/by-hand': startIoredis,
  'node-http/sallyport/redis': startSallyportNode({ coherent: false }),
  'node-http/sallyport/coherent': startSallyportNode({ coherent: true }),
  'express/none/bare': startBareExpress,
  'express/none/dictionaries': startDictionaryExpress,
  'express/express-session/rolling-off': startExpressSession({ rolling: false }),
  'express/express-session/rolling-on': startExpressSession({ rolling: true }),
  'express/sallyport/redis': startSallyportExpress({ coherent: false }),
  'express/sallyport/coherent': startSallyportExpress({ coherent: true }),
  'fastify/none/bare': startBareFastify,
  'fastify/fastify-session/rolling-off': startFastifySession({ rolling: false }),
  'fastify/fastify-session/rolling-on': startFastifySession({ rolling: true }),
  'fastify/sallyport/redis': startSallyportFastify({ coherent: false }),
  'fastify/sallyport/coherent': startSallyportFastify({ coherent: true }),
  'hono/none/bare': startBareHono,
  'hono/sallyport/redis': startSallyportHono({ coherent: false }),
  'hono/sallyport/coherent': startSallyportHono({ coherent: true }),
} as const satisfies Readonly<Record<string, StartSessionApp>>;

export type SubjectName = keyof typeof sessionApps;

export function isSubject(name: string): name is SubjectName {
  return name in sessionApps;
}

/** The same framework without sessions; `undefined` for one that is that itself. */
export function bareOf(subject: SubjectName): SubjectName | undefined {
  const bare = `${subject.split('/')[0]}/none/bare`;
  return bare === subject || !isSubject(bare) ? undefined : bare;
}

/** Those that know of no sessions at all. */
export function isWithoutSessions(subject: SubjectName): boolean {
  return subject.includes('/none/');
}

/** Those that keep nothing in Redis. */
export function keepsNothing(subject: SubjectName): boolean {
  return isWithoutSessions(subject) || subject.includes('/iron-session/');
}
