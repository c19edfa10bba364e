import { InvalidOptionError } from 'sallyport';
import { describe, expect, it } from 'vitest';
import { parseRedisUrl } from '../../src/redis/parse-url.ts';

describe('parseRedisUrl', () => {
  it.each([
    ['redis://localhost', { topology: 'single', hosts: [{ host: 'localhost', port: 6379 }], tls: false, database: 0 }],
    [
      'redis://:p%40ss@10.0.0.1:7000/3',
      { topology: 'single', hosts: [{ host: '10.0.0.1', port: 7000 }], tls: false, database: 3, password: 'p@ss' },
    ],
    [
      'rediss://app:secret@[::1]:6380',
      {
        topology: 'single',
        hosts: [{ host: '::1', port: 6380 }],
        tls: true,
        database: 0,
        username: 'app',
        password: 'secret',
      },
    ],
    ['valkey://cache', { topology: 'single', hosts: [{ host: 'cache', port: 6379 }], tls: false, database: 0 }],
    [
      'redis+sentinel://a,b:26380/2?name=shop',
      {
        topology: 'sentinel',
        hosts: [
          { host: 'a', port: 26379 },
          { host: 'b', port: 26380 },
        ],
        tls: false,
        database: 2,
        sentinelName: 'shop',
      },
    ],
    [
      'rediss+cluster://a:7000,b:7001,c',
      {
        topology: 'cluster',
        hosts: [
          { host: 'a', port: 7000 },
          { host: 'b', port: 7001 },
          { host: 'c', port: 6379 },
        ],
        tls: true,
        database: 0,
      },
    ],
    [
      'unix:///run/redis.sock?db=1',
      { topology: 'single', hosts: [], tls: false, database: 1, socketPath: '/run/redis.sock' },
    ],
  ])('reads %s', (url, location) => {
    expect(parseRedisUrl(url)).toEqual(location);
  });

  it.each([
    '',
    'localhost:6379',
    'http://localhost',
    'redis://a,b',
    'redis://host:0',
    'redis://host:70000',
    'redis://host/x',
    'redis+sentinel://a',
    'redis+cluster://a/1',
    'unix://',
    'redis://u:%zz@host',
    'redis://ho[st',
  ])('refuses %j without repeating it', (url) => {
    const secretUrl = url.replace('host', 'secret-host');
    try {
      parseRedisUrl(secretUrl);
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidOptionError);
      expect((error as Error).message).toMatch(/^redis must be a URL such as /);
      expect((error as Error).message).not.toContain('secret-');
      return;
    }
    throw new Error('was accepted');
  });
});
