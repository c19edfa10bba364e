/** Three servers, one token, and an exact log of its uses: who may be caught, and who must be. */
import { memoryUseCountStore } from 'sallyport/tokens';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../lab/src/experiments/seeded-random.ts';
import { createUseCounting } from '../../src/tokens/abuse/count-uses.ts';
import { checkAbuseOptions } from '../../src/tokens/abuse/options.ts';
import { TokenUses } from '../../src/tokens/abuse/token-uses.ts';
import { manualClock } from '../manual-clock.ts';

const token = {
  claims: { sub: 'user-1', iss: 'i', aud: 'a', iat: 0, exp: 4_000_000_000, jti: 'token-1' },
  issuedAtMs: 0,
  trustedUntilMs: Number.POSITIVE_INFINITY,
  keyId: undefined,
  marks: undefined,
  useKey: '["user-1","token-1"]',
};

/** @param skewsMs By how much the clock of each server is ahead of the store's. */
function threeServers(skewsMs: readonly number[]) {
  const clock = manualClock();
  const store = memoryUseCountStore({ clock });
  const uses: number[] = [];
  let caughtAtMs: number | undefined;
  const servers = skewsMs.map((skewMs) =>
    createUseCounting(checkAbuseOptions({ store, mergeEveryMs: 10_000 }, true), {
      clock: { now: () => clock.now() + skewMs },
      revoke: async () => {
        caughtAtMs ??= clock.now();
      },
    }),
  );
  return {
    clock,
    servers,
    get isCaught() {
      return caughtAtMs !== undefined;
    },
    use: (server: number) => {
      uses.push(clock.now());
      try {
        servers[server]?.count(token);
      } catch {
        expect(caughtAtMs).toBeDefined();
      }
    },
    merge: () => Promise.all(servers.map((server) => server.merge())),
    /** So many uses were there in the last seconds. */
    usesWithin: (seconds: number) => uses.filter((atMs) => atMs > clock.now() - seconds * 1_000).length,
    close: () => Promise.all(servers.map((server) => server.close())),
  };
}

const noSkew = [0, 0, 0];

describe('one token on three servers', () => {
  it.each([0, 700, 1_300, 1_999])(
    'is caught within a minute and a merge at 40 a minute on each (from %i ms)',
    async (startMs) => {
      const model = threeServers(noSkew);
      model.clock.advance(startMs);
      for (let ms = 0; ms < 64_000 && !model.isCaught; ms += 500) {
        if (ms % 1_500 === 0) for (const server of [0, 1, 2]) model.use(server);
        if (ms % 2_000 === 0) await model.merge();
        model.clock.advance(500);
      }
      expect(model.isCaught).toBe(true);
      await model.close();
    },
  );

  it('is never caught at 99 a minute, evenly or in bursts, whatever the servers’ clocks say', async () => {
    for (const skewsMs of [noSkew, [-20_000, 0, 45_000]]) {
      for (const burst of [1, 33, 99]) {
        const model = threeServers(skewsMs);
        let used = 0;
        for (let ms = 0; ms < 600_000; ms += 100) {
          // So many at once, and then as long nothing as keeps it at 99 in a minute.
          while (
            used < 99 * Math.ceil((ms + 1) / 60_000) &&
            used < burst * Math.floor(1 + (ms * 99) / burst / 60_000)
          ) {
            model.use(used++ % 3);
          }
          if (ms % 2_000 === 0) await model.merge();
          model.clock.advance(100);
        }
        expect(used).toBe(990);
        expect(model.isCaught).toBe(false);
        await model.close();
      }
    }
  });

  it('is caught only after more than 100 uses in 60 s, and always after 106 in 54 s', async () => {
    let caught = 0;
    let spared = 0;
    for (let seed = 1; seed <= 60; seed += 1) {
      const random = seededRandom(seed, 'abuse');
      const skewsMs = random.next() < 0.5 ? noSkew : [0, 1, 2].map(() => Math.floor(random.next() * 100_000) - 50_000);
      const model = threeServers(skewsMs);
      model.clock.advance(Math.floor(random.next() * 60_000));
      let perMinute = 0;
      for (let tick = 0; tick < 1_200 && !model.isCaught; tick += 1) {
        if (tick % 60 === 0) perMinute = 20 + random.next() * (seed % 3 === 0 ? 60 : 130);
        // Bursts of up to ten: the rate is kept on the average.
        if (random.next() < perMinute / 60 / 4 / 5) {
          const server = Math.floor(random.next() * 3);
          for (let use = Math.ceil(random.next() * 9); use > 0 && !model.isCaught; use -= 1) model.use(server);
        }
        if (!model.isCaught && tick % 8 === 0) {
          await model.merge();
          if (!model.isCaught) expect([seed, model.usesWithin(54) <= 106]).toEqual([seed, true]);
        }
        if (model.isCaught) expect([seed, model.usesWithin(60) > 100]).toEqual([seed, true]);
        else model.clock.advance(250);
      }
      if (model.isCaught) caught += 1;
      else spared += 1;
      await model.close();
    }
    // Otherwise nothing was shown.
    expect(caught).toBeGreaterThan(10);
    expect(spared).toBeGreaterThan(10);
  });
});

describe('what costs no call', () => {
  it('are tokens that a server sees no more than twice a minute, and servers without tokens', async () => {
    const clock = manualClock();
    let calls = 0;
    const memory = memoryUseCountStore({ clock });
    const store: typeof memory = {
      timeMs: () => {
        calls += 1;
        return memory.timeMs();
      },
      add: (report) => {
        calls += 1;
        return memory.add(report);
      },
    };
    const counting = createUseCounting(checkAbuseOptions({ store, mergeEveryMs: 10_000 }, true), {
      clock,
      revoke: async () => {},
    });
    for (let minute = 0; minute < 10; minute += 1) {
      for (let id = 0; id < 50; id += 1) {
        for (let use = 0; use < 2; use += 1)
          counting.count({ ...token, keyId: undefined, marks: undefined, useKey: `token ${id}` });
      }
      await counting.merge();
      clock.advance(60_000);
    }
    expect(calls).toBe(0);
    for (let use = 0; use < 3; use += 1)
      for (let id = 0; id < 200; id += 1)
        counting.count({ ...token, keyId: undefined, marks: undefined, useKey: `${id}` });
    await counting.merge();
    // Its time, and all tokens in one report.
    expect(calls).toBe(2);
    await counting.close();
  });

  it('holds 60 counts at most of a token', () => {
    const uses = new TokenUses(token);
    for (let ms = 0; ms < 600_000; ms += 100) uses.add(ms);
    expect(uses.total).toBe(600);
    expect(uses.takeUntold(600_000, 0).uses.length).toBeLessThanOrEqual(60);
    expect(uses.untold).toBe(0);
  });
});
