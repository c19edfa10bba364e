/** What becomes of the commands of a stream on their way; for tests. */
import type { RedisPort, RedisReply } from 'sallyport/redis';

export type Send = () => Promise<RedisReply>;
/** What becomes of a read, or of a script. */
export type Fate = (send: Send) => Promise<RedisReply>;

export const noAnswer = (): Promise<never> => Promise.reject(new Error('no answer'));

const asSent: Fate = (send) => send();

export function fatedPort(
  redis: RedisPort,
  { ofRead = asSent, ofScript = asSent }: { readonly ofRead?: Fate; readonly ofScript?: Fate },
): RedisPort {
  return {
    ...redis,
    command: (args, options) => {
      const send = () => redis.command(args, options);
      return args[0] === 'XREADGROUP' ? ofRead(send) : send();
    },
    run: (...script) => ofScript(() => redis.run(...script)),
  };
}
