/**
 * socket.io's adapters at their defaults, with `io.emit`, which is what they carry from server to server. There are no
 * browsers: a message is heard when the adapter hands it over to be encoded for them, in the encoder that socket.io lets one
 * give. What comes after that is left out, and is not what is compared.
 */
import { createAdapter as createPubSubAdapter } from '@socket.io/redis-adapter';
import { createAdapter as createStreamsAdapter } from '@socket.io/redis-streams-adapter';
import { Redis } from 'ioredis';
import { Server, type ServerOptions } from 'socket.io';
import type { ChannelServer, OpenChannel, Payload } from './subject.ts';

export const openRedisAdapter: OpenChannel = async (url, heard) => {
  const redis = new Redis(url, { protocol: 2 });
  const subscriber = redis.duplicate();
  return serve(createPubSubAdapter(redis, subscriber), heard, [subscriber, redis], async () => {
    // The adapter has asked to unsubscribe and does not wait for it.
    await subscriber.ping();
  });
};

export const openRedisStreamsAdapter: OpenChannel = async (url, heard) => {
  const redis = new Redis(url, { protocol: 2 });
  return serve(createStreamsAdapter(redis), heard, [redis]);
};

function serve(
  adapter: NonNullable<ServerOptions['adapter']>,
  heard: (payload: Payload) => void,
  connections: readonly Redis[],
  closing: () => Promise<void> = async () => {},
): ChannelServer {
  for (const connection of connections) connection.on('error', () => {});
  const io = new Server({ adapter, parser: { Encoder: encoderFor(heard), Decoder: NoDecoder }, serveClient: false });
  return {
    publish: (payload) => {
      io.emit('message', payload);
      return undefined;
    },
    close: async () => {
      io.of('/').adapter.close();
      await closing();
      for (const connection of connections) connection.disconnect();
    },
  };
}

function encoderFor(heard: (payload: Payload) => void) {
  return class {
    encode({ data }: { readonly data: readonly [event: string, payload: Payload] }): string[] {
      heard(data[1]);
      return [];
    }
  };
}

/** Nothing comes from a browser. */
class NoDecoder {}
