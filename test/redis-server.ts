/** A real Redis for a test file: started before its tests, stopped after them. */
import { askRedis, type RedisOptions, type RedisServer, startRedis } from '@sallyport/lab/cluster';
import { afterAll, beforeAll } from 'vitest';

export interface TestRedis extends Omit<RedisServer, 'stop'> {
  /** FLUSHALL and, so that no test rests on another's scripts, SCRIPT FLUSH. */
  flush(): Promise<void>;
}

/**
 * Registers the hooks and returns a handle that is usable once the hooks have run, i.e. in `beforeAll` hooks that are
 * registered later, in `beforeEach` and in tests.
 */
export function useRedisServer(options: RedisOptions = {}): TestRedis {
  let started: RedisServer | undefined;
  beforeAll(async () => {
    started = await startRedis(options);
  });
  afterAll(async () => {
    await started?.stop();
  });
  function server(): RedisServer {
    if (started === undefined)
      throw new Error('The Redis of this test file is started in beforeAll: use it after that.');
    return started;
  }
  const password = options.settings?.requirepass;
  return {
    get url() {
      return server().url;
    },
    get port() {
      return server().port;
    },
    get folder() {
      return server().folder;
    },
    get pid() {
      return server().pid;
    },
    get process() {
      return server().process;
    },
    kill: () => server().kill(),
    terminate: () => server().terminate(),
    freeze: () => server().freeze(),
    thaw: () => server().thaw(),
    restart: () => server().restart(),
    flush: async () => {
      await askRedis(['FLUSHALL'], { port: server().port, password });
      await askRedis(['SCRIPT', 'FLUSH'], { port: server().port, password });
    },
  };
}
