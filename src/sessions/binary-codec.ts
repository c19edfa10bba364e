import { decode, encode } from '@msgpack/msgpack';
import type { RawValue, SessionCodec } from './codec.ts';
import { SessionUndecodableError } from './errors.ts';
import { jsonCodec } from './json-codec.ts';

/** First byte of a value in MessagePack, version 1. No JSON text starts with it. */
const messagePackVersion1 = 0x01;

/**
 * MessagePack behind a version byte: fewer bytes than JSON for numbers and lists. It also reads what `jsonCodec`
 * wrote, so an application can change over without logging anyone out. Needs the package `@msgpack/msgpack`.
 */
export const binaryCodec: SessionCodec = {
  name: 'binary',
  binary: true,
  encode: (value) => {
    const body = encode(value);
    const raw = Buffer.allocUnsafe(body.length + 1);
    raw[0] = messagePackVersion1;
    raw.set(body, 1);
    return raw;
  },
  decode: (raw: RawValue) => {
    const bytes = typeof raw === 'string' ? Buffer.from(raw) : raw;
    if (bytes[0] !== messagePackVersion1) return jsonCodec.decode(raw);
    try {
      return decode(bytes.subarray(1));
    } catch {
      throw new SessionUndecodableError('its MessagePack is damaged');
    }
  },
};
