import { emit } from '../telemetry/events.ts';
import type { RedisConnection } from './connection.ts';
import { DeadlineQueue } from './deadline.ts';
import { deadlineMsOf } from './deadline-option.ts';
import { RedisReplyError, RedisUnavailableError } from './errors.ts';
import type {
  CommandOptions,
  RedisArgument,
  RedisPort,
  RedisReply,
  RedisScript,
  RedisSubscriber,
  RedisTracker,
} from './port.ts';
import { createSubscriber } from './subscriber.ts';
import { createTracker } from './tracker.ts';
import { translateError } from './translate-error.ts';

/**
 * Puts the promise of `RedisPort` on a client: every call settles within `deadlineMs`.
 *
 * - The server is frozen: the first commands wait for the deadline; from then on commands are refused at once, and
 *   one PING waits for the server to speak again.
 * - The connection is lost: commands wait for its return until it has been away for `deadlineMs`, so that a fail-over
 *   passes unnoticed; from then on they are refused at once.
 */
export function createRedisPort(connection: RedisConnection, { deadlineMs }: { deadlineMs: number }): RedisPort {
  const deadlines = new DeadlineQueue(deadlineMs);
  const waiting = new Set<() => void>();
  const dedicatedPorts = new Set<RedisPort>();
  const subscribers = new Set<RedisSubscriber>();
  const trackers = new Set<RedisTracker>();
  let closed = false;
  let lostAt: number | undefined;
  let silentSince: number | undefined;
  let lastReplyAt = performance.now();
  let unavailableSince: number | undefined;

  connection.watch((state, cause) => {
    if (closed) return;
    if (state === 'ready') {
      lostAt = undefined;
      heard();
      for (const resume of [...waiting]) resume();
    } else {
      // A server that went silent first has been away since then.
      lostAt ??= silentSince ?? performance.now();
      silentSince = undefined;
      noteUnavailable(cause instanceof Error ? (errorCode(cause) ?? 'disconnected') : 'disconnected');
    }
  });

  function noteUnavailable(reason: string): void {
    if (unavailableSince !== undefined) return;
    unavailableSince = performance.now();
    emit('redis.unavailable', { reason });
  }

  function heard(): void {
    lastReplyAt = performance.now();
    silentSince = undefined;
    if (unavailableSince !== undefined && connection.isReady()) {
      emit('redis.available', { afterMs: Math.round(lastReplyAt - unavailableSince) });
      unavailableSince = undefined;
    }
  }

  function noteSilence(sentAt: number): void {
    if (closed || connection.watchesLinks) return;
    // Another node of a cluster may well be speaking: only a connection that said nothing at all is silent.
    if (silentSince !== undefined || lastReplyAt > sentAt || !connection.isReady()) return;
    silentSince = performance.now();
    noteUnavailable('silent');
    const answered = connection.send(['PING'], { key: undefined, buffers: false }).then(heard, () => {
      // A cluster's client stays ready when it lost the node that was silent.
      if (connection.isReady()) silentSince = undefined;
    });
    const timer = setTimeout(() => {
      // Nothing for a second allowance: perhaps the link is half-open, which only a new connection can tell.
      if (silentSince !== undefined && !closed) connection.reset();
    }, deadlineMs);
    timer.unref();
    void answered.finally(() => clearTimeout(timer));
  }

  function refusal(): RedisUnavailableError | undefined {
    if (closed) return closedError();
    if (silentSince !== undefined) {
      return new RedisUnavailableError('deadline', `Redis has not answered for more than ${deadlineMs} ms.`);
    }
    if (!connection.isReady() && lostAt !== undefined && performance.now() - lostAt >= deadlineMs) {
      return new RedisUnavailableError('disconnected', 'There is no connection to Redis.');
    }
    return undefined;
  }

  function whenReady(): Promise<void> {
    return new Promise((resolve, reject) => {
      const resume = () => {
        waiting.delete(resume);
        clearTimeout(timer);
        resolve();
      };
      const allowance = lostAt === undefined ? deadlineMs : deadlineMs - (performance.now() - lostAt);
      const timer = setTimeout(
        () => {
          waiting.delete(resume);
          reject(new RedisUnavailableError('disconnected', `There is no connection to Redis after ${deadlineMs} ms.`));
        },
        Math.max(1, allowance),
      );
      waiting.add(resume);
    });
  }

  function send(args: readonly RedisArgument[], key: string | undefined, buffers: boolean): Promise<RedisReply> {
    const refused = refusal();
    if (refused !== undefined) return Promise.reject(refused);
    if (!connection.isReady()) return whenReady().then(() => send(args, key, buffers));
    return new Promise((resolve, reject) => {
      const sentAt = performance.now();
      const deadline = deadlines.add(() => {
        if (closed) return reject(closedError({ wasSent: true }));
        reject(new RedisUnavailableError('deadline', `Redis did not answer within ${deadlineMs} ms.`));
        noteSilence(sentAt);
      });
      connection.send(args, { key, buffers }).then(
        (reply) => {
          deadline.settle();
          heard();
          resolve(reply as RedisReply);
        },
        (error: unknown) => {
          deadline.settle();
          const translated = translateError(error);
          if (!(translated instanceof RedisUnavailableError) || translated.reason === 'refusing') heard();
          reject(translated);
        },
      );
    });
  }

  async function runWithSource(
    script: RedisScript,
    keys: readonly string[],
    args: readonly RedisArgument[],
    buffers: boolean,
  ): Promise<RedisReply> {
    // EVAL also teaches the server the script, so this happens once per script and server start.
    return send(['EVAL', script.source, String(keys.length), ...keys, ...args], keys[0], buffers);
  }

  return {
    command: (args, options: CommandOptions = {}) => send(args, options.key, options.reply === 'buffer'),
    run: (script, keys, args, options = {}) => {
      const buffers = options.reply === 'buffer';
      return send(['EVALSHA', script.sha1, String(keys.length), ...keys, ...args], keys[0], buffers).catch((error) => {
        if (error instanceof RedisReplyError && error.reply === 'NOSCRIPT') {
          return runWithSource(script, keys, args, buffers);
        }
        throw error;
      });
    },
    together: (send) => (connection.together === undefined ? send() : connection.together(send)),
    dedicated: (options = {}) => {
      const dedicatedMs = deadlineMsOf({ deadlineMs: options.deadlineMs ?? deadlineMs });
      if (closed) throw closedError();
      const port = createRedisPort(connection.duplicate(dedicatedMs), { deadlineMs: dedicatedMs });
      const listed: RedisPort = {
        ...port,
        close: () => {
          dedicatedPorts.delete(listed);
          return port.close();
        },
      };
      dedicatedPorts.add(listed);
      return listed;
    },
    subscriber: (listener) => {
      if (closed) throw closedError();
      const subscriber = createSubscriber(connection.subscriberLinks(), listener, { deadlineMs });
      const listed: RedisSubscriber = {
        ...subscriber,
        close: () => {
          subscribers.delete(listed);
          return subscriber.close();
        },
      };
      subscribers.add(listed);
      return listed;
    },
    tracker: (prefixes, listener) => {
      if (closed) throw closedError();
      const tracker = createTracker(connection.trackingLinks(), prefixes, listener, { deadlineMs });
      const listed: RedisTracker = {
        ...tracker,
        close: () => {
          trackers.delete(listed);
          return tracker.close();
        },
      };
      trackers.add(listed);
      return listed;
    },
    close: async () => {
      closed = true;
      for (const resume of [...waiting]) resume();
      if (connection.owned) deadlines.expireAll();
      await Promise.all([
        connection.close(),
        ...[...dedicatedPorts, ...subscribers, ...trackers].map((each) => each.close()),
      ]);
    },
  };
}

function closedError(sending: { readonly wasSent?: boolean } = {}): RedisUnavailableError {
  return new RedisUnavailableError('closed', 'This Redis connection has been closed.', sending);
}

function errorCode(error: Error): string | undefined {
  const code = (error as NodeJS.ErrnoException).code;
  return typeof code === 'string' ? code : undefined;
}
