import type { SessionCodec } from './codec.ts';
import { SessionUndecodableError } from './errors.ts';

/** First byte of a value in JSON, version 1. */
const jsonVersion1 = 'j';

/** JSON text (RFC 8259) behind a version byte: readable in redis-cli, the default. */
export const jsonCodec: SessionCodec = {
  name: 'json',
  binary: false,
  encode: (value) => jsonVersion1 + JSON.stringify(value),
  decode: (raw) => {
    const text = raw.toString();
    if (text[0] !== jsonVersion1) throw new SessionUndecodableError('it is not JSON version 1');
    try {
      return JSON.parse(text.slice(1));
    } catch {
      throw new SessionUndecodableError('its JSON is damaged');
    }
  },
};
