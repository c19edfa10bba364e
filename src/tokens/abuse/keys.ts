import { checkNamespace } from '../../redis/keys.ts';

/** The Redis keys of counted uses: all in one cluster slot, so that a server tells of many tokens in one call. */
export interface UseCountKeys {
  /** @param minute Since the Unix epoch. */
  minute(minute: number): string;
  /** The number of the last report of a server. */
  lastReport(server: string): string;
}

export function useCountKeys(namespace: string): UseCountKeys {
  const prefix = `${checkNamespace(namespace)}:token:{uses}:`;
  return {
    minute: (minute) => `${prefix}minute:${minute}`,
    lastReport: (server) => `${prefix}server:${server}`,
  };
}
