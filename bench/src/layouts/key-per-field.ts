/**
 * One key per field, as it is often written by hand: MGET to read, EXPIRE on every key to renew. Without what
 * Sallyport's layouts do besides: an absolute limit, a size limit, tombstones, a read and renewal that are one step.
 */
import { createHash, randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { idleTimeoutSeconds, type Layout } from './layout.ts';
import type { VisitorData } from './visitor-record.ts';

const fields = [
  'createdAt',
  'loginTime',
  'lastAccess',
  'userId',
  'username',
  'role',
  'ipAddress',
  'userAgent',
  'cart',
  'page',
] as const;

export function openKeyPerField(url: string): Layout {
  // The protocol that Sallyport's own connection speaks.
  const redis = new Redis(url, { protocol: 2 });
  return {
    create: async ({ data, ...known }) => {
      const id = randomBytes(32).toString('base64url');
      const key = keysOf(id);
      const now = String(Date.now());
      const values = {
        ...known,
        createdAt: now,
        loginTime: now,
        lastAccess: now,
        cart: JSON.stringify(data.cart),
        page: data.page,
      };
      const pipeline = redis.pipeline();
      for (const field of fields) pipeline.set(key(field), values[field], 'EX', idleTimeoutSeconds);
      repliesOf(await pipeline.exec());
      return id;
    },
    open: async (id) => {
      const key = keysOf(id);
      const keys = fields.map(key);
      const pipeline = redis.pipeline().mget(keys);
      pipeline.set(key('lastAccess'), String(Date.now()), 'KEEPTTL', 'XX');
      for (const each of keys) pipeline.expire(each, idleTimeoutSeconds);
      const values = repliesOf(await pipeline.exec())[0] as (string | null)[];
      const at = (field: (typeof fields)[number]) => values[fields.indexOf(field)] ?? undefined;
      const cart = at('cart');
      const page = at('page');
      if (cart === undefined || page === undefined) return undefined;
      return {
        userId: at('userId'),
        data: { cart: JSON.parse(cart) as VisitorData['cart'], page },
        changePage: async (next) => {
          if ((await redis.set(key('page'), next, 'KEEPTTL', 'XX')) === null) throw new Error('The session has gone.');
        },
      };
    },
    close: async () => redis.disconnect(),
  };
}

/** The keys hold a hash of the id, as Sallyport's do; the braces keep them in one cluster slot, which MGET needs. */
function keysOf(id: string): (field: string) => string {
  const hash = createHash('sha256').update(id).digest('base64url');
  return (field) => `layouts:session:{${hash}}:${field}`;
}

function repliesOf(results: [Error | null, unknown][] | null): unknown[] {
  return (results ?? []).map(([error, reply]) => {
    if (error !== null) throw error;
    return reply;
  });
}
