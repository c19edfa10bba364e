import type { AppServer, BreakableLink } from '../cluster/index.ts';

/** One application server of a scheme as it runs. */
export interface RunningApp extends AppServer {
  /** `127.0.0.1:PORT`: how the balancer names it in `X-Upstream`. */
  readonly upstream: string;
  /** Its way to Redis. @throws when the scheme was started without such links */
  readonly redisLink: BreakableLink;
}
