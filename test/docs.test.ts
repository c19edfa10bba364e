/** The reference pages against the code: what one says and the other does not is a mistake in one of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SallyportError } from 'sallyport';
import { SallyportStore } from 'sallyport/compat/express-session';
import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../src/environment.ts';
import { answerTo } from '../src/http/answer.ts';
import { redisPresenceStore } from '../src/presence/index.ts';
import { coherentSessionStore, createSessions, redisSessionStore } from '../src/sessions/index.ts';
import { createTokens, redisPairStore, redisRevocationStore, redisUseCountStore } from '../src/tokens/index.ts';
import { redisClients } from './redis-clients.ts';
import { useRedisServer } from './redis-server.ts';
import { until } from './until.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

function sources(folder: string): string {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
}

describe('docs/errors.md', () => {
  const page = read('docs/errors.md');
  const documented = new Map(
    [...page.matchAll(/^\| `(ERR_\w+)` \| `(\w+)` \| (\d+|–)/gm)].map((row) => [row[1] ?? '', row]),
  );
  const inCode = new Set(
    [...`${sources('src')}\n${sources('lab/src')}`.matchAll(/'(ERR_[A-Z_]*[A-Z])'/g)].map((match) => match[1] ?? ''),
  );

  it('lists every code of the code and no other', () => {
    expect([...documented.keys()].sort()).toEqual([...inCode].sort());
  });

  it('tells the status that an HTTP adapter answers', () => {
    for (const [code, row] of documented) {
      if (row[3] === '–') continue;
      expect([code, answerTo(new SallyportError(code, 'x'), 'session')?.status]).toEqual([code, Number(row[3])]);
    }
  });

  it('names the classes as they are', () => {
    const text = sources('src') + sources('lab/src');
    for (const row of documented.values()) expect(text).toContain(`class ${row[2]}`);
  });
});

describe('docs/redis-keys.md', () => {
  const server = useRedisServer();

  it('describes every key that is written, and its fields', async () => {
    const page = read('docs/redis-keys.md');
    const patterns = [...page.matchAll(/^\| `(<namespace>:[^`]+)`/gm)].map(
      ([, key = '']) => new RegExp(`^${key.replaceAll(/[{}]/g, '\\$&').replaceAll(/<\w+>/g, '[\\w-]+')}$`),
    );
    const { redis, close } = await redisClients[0]!.open(server.url);
    const closing: (() => Promise<void>)[] = [];
    const sessions = createSessions<{ cart: string[] }>({ store: redisSessionStore(redis) });
    await sessions.create({ data: { cart: [] } });
    await sessions.login(
      undefined,
      { userId: 'a', username: 'b', role: 'c' },
      { ipAddress: '::1', userAgent: 'x'.repeat(256) },
    );
    await (await sessions.create()).end();
    const indexed = redisSessionStore(redis, { userIndex: true, expiryEvents: true });
    const listing = createSessions({ store: indexed });
    const device = { type: 'tv', id: 'a', name: 'b', place: 'c' };
    await listing.login(undefined, { userId: 'a' }, { device });
    await listing.login(undefined, { userId: 'a' });
    await (await listing.login(undefined, { userId: 'b' })).retime(100);
    const looks = async () => {
      await indexed.users?.takeExpired?.();
      return ((await redis.command(['KEYS', '*:session-looked:*'])) as string[]).length;
    };
    await until(looks, 1);
    for (const mode of ['deny-list', 'allow-list', 'pushed'] as const) {
      const tokens = createTokens({
        keys: [{ kid: 'k', alg: 'HS256', secret: 'x'.repeat(32) }],
        issuer: 'i',
        audience: 'a',
        revocation: { mode, store: redisRevocationStore(redis) },
        pairs: { store: redisPairStore(redis) },
        abuse: { store: redisUseCountStore(redis), mergeEveryMs: 10 },
      });
      const { token } = await tokens.issue({ sub: 'a' });
      for (let use = 0; use < 3; use += 1) await tokens.verify(token);
      await expect.poll(() => redis.command(['KEYS', '*:token:{uses}:*'])).not.toEqual([]);
      if (mode === 'deny-list') await tokens.revoke(token);
      await tokens.revokeUser('a');
      await tokens.revokeDevice('a', 'phone');
      const { refreshToken } = await tokens.pairs.issue({ userId: 'a', deviceId: 'phone' });
      await tokens.pairs.refresh(refreshToken, { deviceId: 'phone' });
      await tokens.pairs.end((await tokens.pairs.issue({ userId: 'a' })).refreshToken);
      if (mode === 'pushed') {
        await tokens.revokeKey('k');
        await until(() => tokens.revocationHealth()?.state, 'current');
      }
      closing.push(() => tokens.close());
    }
    const feed = (await redis.command(['XRANGE', 'sallyport:token:{revocations}:feed', '-', '+'])) as [
      string,
      string[],
    ][];
    for (const field of feed[0]?.[1].filter((_, index) => index % 2 === 0) ?? []) {
      expect([field, page.includes(`\`${field}\``)]).toEqual([field, true]);
    }
    const store = new SallyportStore({ redis, userId: () => 'ada' });
    await promisify(store.set.bind(store))('sid', { cookie: { originalMaxAge: 1_000 } });
    await promisify(store.destroy.bind(store))('another');
    const coherent = coherentSessionStore(redis);
    await expect.poll(() => redis.command(['KEYS', '*:coherence:*'])).not.toEqual([]);
    const presence = redisPresenceStore(redis);
    await presence.beat([{ userId: 'ada', ageMs: 0, status: { name: 'away', ageMs: 0 } }], 600_000);
    await presence.leave('bob', 600_000);
    const keys = (await redis.command(['KEYS', '*'])) as string[];
    for (const key of keys) {
      expect([key, patterns.some((pattern) => pattern.test(key))]).toEqual([key, true]);
      expect([key, Number(await redis.command(['PTTL', key])) > 0]).toEqual([key, true]);
      if (!key.includes(':session:') && !/:compat:\{[^}]+\}$|:family:[\w-]+$/.test(key)) continue;
      for (const field of (await redis.command(['HKEYS', key])) as string[]) {
        const name = field.startsWith('data.') ? 'data.<field>' : field;
        expect([field, page.includes(`\`${name}\``)]).toEqual([field, true]);
      }
    }
    expect(patterns.every((pattern) => keys.some((key) => pattern.test(key)))).toBe(true);
    await coherent.close();
    await listing.close();
    for (const closeOne of closing) await closeOne();
    await close();
  });
});

describe('docs/configuration.md', () => {
  it('lists every environment variable', () => {
    const page = read('docs/configuration.md');
    const names = new Set<string>();
    readEnvironment(new Proxy({}, { get: (_, name) => void names.add(String(name)) }));
    names.delete('NODE_ENV');
    expect([...names].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('README.md', () => {
  it('shows the first example as it is checked and formatted', () => {
    expect(read('README.md')).toContain(`\`\`\`ts\n${read('examples/first-use.ts')}\`\`\``);
  });
});

describe('links between pages', () => {
  it('lead to files that exist', () => {
    const pages = [
      'README.md',
      'CONTRIBUTING.md',
      'CHANGELOG.md',
      ...readdirSync(join(root, 'docs'))
        .filter((name) => name.endsWith('.md'))
        .map((name) => `docs/${name}`),
    ];
    const broken = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
        .map(([, target = '']) => join(dirname(page), target))
        .filter((target) => {
          try {
            readdirSync(join(root, dirname(target))).includes(target.split('/').at(-1) ?? '') ||
              readFileSync(join(root, target));
            return false;
          } catch {
            return true;
          }
        })
        .map((target) => `${page} → ${target}`),
    );
    expect(broken).toEqual([]);
  });
});
