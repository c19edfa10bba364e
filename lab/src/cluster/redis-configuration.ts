/** The redis.conf of a server that the lab starts. */

/**
 * `none`: nothing is kept. `save-points`: Redis' default snapshots, so that a SIGTERM writes one and a SIGKILL loses what
 * came after the last. `aof-everysec`, `aof-always`: the append-only file, flushed each second or at each write.
 */
export type Persistence = 'none' | 'save-points' | 'aof-everysec' | 'aof-always';

const persistenceLines: Readonly<Record<Persistence, readonly string[]>> = {
  none: ['save ""', 'appendonly no'],
  'save-points': ['save 3600 1 300 100 60 10000', 'appendonly no'],
  'aof-everysec': ['save ""', 'appendonly yes', 'appendfsync everysec'],
  'aof-always': ['save ""', 'appendonly yes', 'appendfsync always'],
};

export interface RedisConfiguration {
  readonly port: number;
  readonly folder: string;
  readonly persistence: Persistence;
  readonly settings: Readonly<Record<string, string>>;
}

/** A file rather than arguments: a password does not belong in the list of processes. */
export function redisConfiguration({ port, folder, persistence, settings }: RedisConfiguration): string {
  return [
    'bind 127.0.0.1',
    `port ${port}`,
    'protected-mode yes',
    'daemonize no',
    'logfile ""',
    `dir ${JSON.stringify(folder)}`,
    ...persistenceLines[persistence],
    // Several lines of one name in `settings` are not possible; the last line of a name wins over those above.
    ...Object.entries(settings).map(([name, value]) => `${name} ${value === '' ? '""' : value}`),
    '',
  ].join('\n');
}
