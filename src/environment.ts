import { InvalidOptionError } from './errors.ts';

/** What the environment says about Sallyport; options in code win over it. */
export interface EnvironmentSettings {
  readonly redisUrl: string | undefined;
  readonly deadlineMs: number | undefined;
  readonly namespace: string | undefined;
  readonly idleTimeoutSeconds: number | undefined;
  readonly absoluteTimeoutSeconds: number | undefined;
  readonly tokenSecret: string | undefined;
  readonly production: boolean;
}

/**
 * Reads SALLYPORT_REDIS_URL (or REDIS_URL), SALLYPORT_REDIS_DEADLINE_MS, SALLYPORT_NAMESPACE,
 * SALLYPORT_SESSION_IDLE_SECONDS, SALLYPORT_SESSION_ABSOLUTE_SECONDS, SALLYPORT_TOKEN_SECRET and NODE_ENV.
 * An empty variable counts as not set.
 * @throws InvalidOptionError for a number that is none
 */
export function readEnvironment(environment: Readonly<Record<string, string | undefined>>): EnvironmentSettings {
  const text = (name: string) => environment[name]?.trim() || undefined;
  const number = (name: string) => {
    const value = text(name);
    if (value === undefined) return undefined;
    if (!/^\d+(\.\d+)?$/.test(value)) throw new InvalidOptionError(name, 'a number');
    return Number(value);
  };
  return {
    redisUrl: text('SALLYPORT_REDIS_URL') ?? text('REDIS_URL'),
    deadlineMs: number('SALLYPORT_REDIS_DEADLINE_MS'),
    namespace: text('SALLYPORT_NAMESPACE'),
    idleTimeoutSeconds: number('SALLYPORT_SESSION_IDLE_SECONDS'),
    absoluteTimeoutSeconds: number('SALLYPORT_SESSION_ABSOLUTE_SECONDS'),
    tokenSecret: text('SALLYPORT_TOKEN_SECRET'),
    production: text('NODE_ENV') === 'production',
  };
}
