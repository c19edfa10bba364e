import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { globMatcher } from '../../src/channels/glob.ts';
import { useRedisServer } from '../redis-server.ts';

const fits = (pattern: string, text: string) => globMatcher(pattern)(text);

describe('patterns in memory', () => {
  it.each([
    ['user:*', 'user:1', true],
    ['user:*', 'user:', true],
    ['user:*', 'users:1', false],
    ['game:room:*:chat', 'game:room:7:chat', true],
    ['game:room:*:chat', 'game:room:a:b:chat', true],
    ['game:room:*:chat', 'game:room:7:chats', false],
    ['news:*:breaking', 'news:eu:breaking', true],
    ['h?llo', 'hallo', true],
    ['h?llo', 'hllo', false],
    ['h[ae]llo', 'hello', true],
    ['h[^e]llo', 'hello', false],
    ['h[a-c]llo', 'hbllo', true],
    ['h[c-a]llo', 'hbllo', true],
    ['h\\?llo', 'h?llo', true],
    ['h\\?llo', 'hallo', false],
    ['h[\\]]llo', 'h]llo', true],
    ['h[abc', 'hb', true],
    ['é', 'é', true],
    ['?', 'é', false],
    ['??', 'é', true],
  ])('%s and %s: %s', (pattern, text, expected) => {
    expect(fits(pattern, text)).toBe(expected);
  });

  it('takes no longer for many stars', () => {
    const startedAt = performance.now();
    expect(fits(`${'a*'.repeat(40)}b`, 'a'.repeat(2_000))).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});

describe('patterns in memory beside those of Redis', () => {
  const server = useRedisServer();

  /** The same each time: which cases are tried must not depend on the day. */
  function randomFrom(seed: number): (below: number) => number {
    let state = seed;
    return (below) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
  }

  it('fit the same channels, through PSUBSCRIBE, in 20,000 cases', async () => {
    const random = randomFrom(7);
    const pick = (from: readonly string[], most: number) =>
      Array.from({ length: 1 + random(most) }, () => from[random(from.length)]).join('');
    const parts = [
      '*',
      '?',
      '[',
      ']',
      '^',
      '-',
      '\\',
      'a',
      'b',
      'c',
      'z',
      'é',
      '张',
      '[a-c]',
      '[^b]',
      '[c-a]',
      '[^',
      '**',
    ];
    const letters = ['a', 'b', 'c', 'z', '-', '^', ']', '[', '\\', 'é', '张', '*', '?'];
    const subscriber = new Redis(server.url, { protocol: 2 });
    const publisher = new Redis(server.url, { protocol: 2 });
    const heard = new Set<string>();
    subscriber.on('pmessage', (pattern, channel) => heard.add(`${pattern}\n${channel}`));
    let cases = 0;
    let fitting = 0;
    for (let round = 0; round < 50; round++) {
      const patterns = [...new Set(Array.from({ length: 20 }, () => pick(parts, 7)))];
      const channels = [...new Set(Array.from({ length: 25 }, () => pick(letters, 5)))];
      await subscriber.psubscribe(...patterns, 'end');
      const ended = new Promise<void>((resolve) => {
        const listener = (pattern: string) => {
          if (pattern !== 'end') return;
          subscriber.off('pmessage', listener);
          resolve();
        };
        subscriber.on('pmessage', listener);
      });
      await Promise.all(channels.map((channel) => publisher.publish(channel, '')));
      await publisher.publish('end', '');
      await ended;
      for (const pattern of patterns) {
        const matches = globMatcher(pattern);
        for (const channel of channels) {
          cases++;
          const expected = heard.has(`${pattern}\n${channel}`);
          if (expected) fitting++;
          if (matches(channel) !== expected)
            expect([pattern, channel, matches(channel)]).toEqual([pattern, channel, expected]);
        }
      }
      await subscriber.punsubscribe();
      heard.clear();
    }
    expect(cases).toBeGreaterThan(20_000);
    expect(fitting).toBeGreaterThan(500);
    subscriber.disconnect();
    publisher.disconnect();
  });
});
