/** When a Redis server that was started counts as up. */
import { askRedis } from './ask-redis.ts';

/**
 * True once it answers PING, which it refuses while it loads its data. Its process id is compared as well: another
 * server on the port must not pass for this one.
 */
export async function isRedisReady(port: number, pid: number, password?: string): Promise<boolean> {
  const info = await askRedis(['INFO', 'server'], { port, password });
  if (!new RegExp(`^process_id:${pid}\r?$`, 'm').test(info)) return false;
  return (await askRedis(['PING'], { port, password })) === 'PONG';
}
