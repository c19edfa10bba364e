import { openIoredis, openIoredisStream } from './ioredis.ts';
import { openDurable, openSallyport } from './sallyport.ts';
import { openRedisAdapter, openRedisStreamsAdapter } from './socket-io.ts';
import type { OpenChannel } from './subject.ts';

export type SubjectName =
  | 'sallyport'
  | 'ioredis'
  | 'socket.io redis-adapter'
  | 'sallyport durable'
  | 'ioredis stream'
  | 'socket.io redis-streams-adapter';

/** First those that keep nothing, then those that do. */
export const openChannel: Readonly<Record<SubjectName, OpenChannel>> = {
  sallyport: openSallyport,
  ioredis: openIoredis,
  'socket.io redis-adapter': openRedisAdapter,
  'sallyport durable': openDurable,
  'ioredis stream': openIoredisStream,
  'socket.io redis-streams-adapter': openRedisStreamsAdapter,
};

export function isSubject(name: string): name is SubjectName {
  return Object.hasOwn(openChannel, name);
}
