/**
 * One question to a Redis server over a connection of its own. Used to see whether a server is up, where a client
 * that reconnects and queues would hide what is to be seen.
 */
import { connect } from 'node:net';
import { SallyportError } from 'sallyport';

export interface RedisQuestion {
  readonly port: number;
  readonly password?: string | undefined;
  /** @default 1000 */
  readonly deadlineMs?: number;
}

/** The server did not answer, or answered with an error. */
export class RedisAnswerError extends SallyportError {
  override readonly name: string = 'RedisAnswerError';

  constructor(message: string, options?: ErrorOptions) {
    super('ERR_LAB_REDIS_ANSWER', message, options);
  }
}

/**
 * Sends one command; resolves with a simple, bulk or integer reply as text (`''` for nil).
 * @throws RedisAnswerError on an error reply, a lost connection or a missed deadline.
 */
export function askRedis(args: readonly string[], question: RedisQuestion): Promise<string> {
  const { port, password, deadlineMs = 1000 } = question;
  const commands = password === undefined ? [args] : [['AUTH', password], args];
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let received = Buffer.alloc(0);
    let awaited = commands.length;
    const fail = (problem: string, cause?: unknown) => {
      socket.destroy();
      reject(new RedisAnswerError(`${args[0]} on port ${port}: ${problem}`, cause === undefined ? {} : { cause }));
    };
    socket.setTimeout(deadlineMs, () => fail(`no answer within ${deadlineMs} ms`));
    socket.once('error', (error) => fail('no connection', error));
    socket.once('close', () => fail('the connection was closed'));
    socket.once('connect', () => socket.write(commands.map(encode).join('')));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      for (let reply = takeReply(received); reply !== undefined; reply = takeReply(received)) {
        received = received.subarray(reply.sizeBytes);
        if (reply.error) return fail(reply.text);
        awaited--;
        if (awaited > 0) continue;
        socket.destroy();
        return resolve(reply.text);
      }
    });
  });
}

function encode(args: readonly string[]): string {
  return `*${args.length}\r\n${args.map((arg) => `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`).join('')}`;
}

function takeReply(bytes: Buffer): { text: string; error: boolean; sizeBytes: number } | undefined {
  const lineEnd = bytes.indexOf('\r\n');
  if (lineEnd === -1) return undefined;
  const head = bytes.toString('utf8', 1, lineEnd);
  const afterLine = lineEnd + 2;
  if (bytes[0] !== 0x24) return { text: head, error: bytes[0] === 0x2d, sizeBytes: afterLine };
  const length = Number(head);
  if (length < 0) return { text: '', error: false, sizeBytes: afterLine };
  if (bytes.length < afterLine + length + 2) return undefined;
  return {
    text: bytes.toString('utf8', afterLine, afterLine + length),
    error: false,
    sizeBytes: afterLine + length + 2,
  };
}
