/**
 * Three services append their log lines to one stream, and three groups read it: `store` writes them to a database, `analyse`
 * counts them per minute, service and level, `alert` rings for every ERROR. One of the two processes that store is killed
 * after the database has committed and before Redis was told: every line is stored once all the same.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { createSallyport } from 'sallyport';
import { createOnce } from 'sallyport/streams';
import type { Statement, TransactionAnswer } from './logs-store.ts';

export interface LogLine {
  readonly service: string;
  readonly level: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
  /** The service's own count, so that the database can be asked for what is missing or twice. */
  readonly number: number;
  /** ISO 8601. */
  readonly time: string;
  readonly text: string;
}

const linesPerService = Number(process.env.LINES ?? 1_000);
const claimAfterMs = Number(process.env.CLAIM_AFTER_MS ?? 2_000);
const services = ['checkout', 'payment', 'search'];
const total = services.length * linesPerService;

const url = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379';
// Nobody waits for an answer, so Redis may take its time.
const sallyport = createSallyport({ redis: url, deadlineMs: 5_000 });
const { redis } = sallyport;
if (redis === undefined) throw new Error('The processes that store meet in Redis: set REDIS_URL.');
const logs = sallyport.stream<LogLine>('logs', { retention: { maxAgeSeconds: 7 * 86_400 } });
const store = logs.group('store', { from: 'now' });
const analyse = logs.group('analyse', { from: 'now' });
const alert = logs.group('alert', { from: 'now' });
const counts = '{logs}:per-minute';

// What an earlier run has left in Redis is not read again.
for (const group of [store, analyse, alert]) {
  await group.remove();
  await group.create();
}
await redis.command(['DEL', counts]);

// The database is Postgres, in this process: it takes transactions from the processes that store, as a server would.
const database = new PGlite();
await database.exec(`
  CREATE TABLE handled_events (stream text, consumer_group text, event_id text, PRIMARY KEY (stream, consumer_group, event_id));
  CREATE TABLE log_lines (service text, level text, number int, time timestamptz, text text);
`);
const storing = ['store-1', 'store-2'].map(startStoring);
let stored = 0;
let storedBefore = 0;

function startStoring(name: string): ChildProcess {
  const env = { ...process.env, REDIS_URL: url, CLAIM_AFTER_MS: String(claimAfterMs) };
  const child = fork(fileURLToPath(import.meta.resolve('./logs-store.ts')), [name], { env });
  child.on('message', (statements: Statement[]) => {
    transact(statements).then(
      (isDone) => {
        if (isDone) stored++;
        else storedBefore++;
        if (name === 'store-1' && stored > total / 3) {
          // Committed, and nobody will acknowledge it.
          child.kill('SIGKILL');
        } else child.send({ isDone } satisfies TransactionAnswer);
      },
      (error) => child.send({ error: String(error) } satisfies TransactionAnswer),
    );
  });
  child.on('exit', (_code, signal) => {
    if (signal === 'SIGKILL')
      console.log(`${name} was killed at ${stored} stored lines, between commit and acknowledgement.`);
  });
  return child;
}

/** @returns false when a statement changed nothing: those after it were left out */
function transact(statements: readonly Statement[]): Promise<boolean> {
  return database.transaction(async (transaction) => {
    for (const [sql, values] of statements) {
      const { affectedRows } = await transaction.query(sql, [...values]);
      if (affectedRows === 0) return false;
    }
    return true;
  });
}

const once = createOnce(redis);
analyse.consume(
  async (delivered) => {
    const { time, service, level } = delivered.event;
    await once(delivered, [['HINCRBY', counts, `${time.slice(0, 16)} ${service} ${level}`, '1']]);
  },
  { concurrency: 20 },
);

let alerts = 0;
alert.consume(({ event: { service, level, time, text } }) => {
  if (level !== 'ERROR') return;
  alerts++;
  if (alerts <= 3) console.log(`ALERT ${time} ${service}: ${text}`);
});

/** Three minutes of a service, as fast as Redis takes them. */
async function serve(service: string, beganAtMs: number): Promise<void> {
  for (let number = 0; number < linesPerService; number++) {
    const level = number % 50 === 49 ? 'ERROR' : number % 10 === 9 ? 'WARN' : number % 3 === 0 ? 'DEBUG' : 'INFO';
    const time = new Date(beganAtMs + (number / linesPerService) * 180_000).toISOString();
    await logs.append({
      service,
      level,
      number,
      time,
      text: `request ${number} ${level === 'ERROR' ? 'failed' : 'done'}`,
    });
  }
}
const beganAtMs = Math.floor(Date.now() / 60_000) * 60_000 - 180_000;
await Promise.all(services.map((service) => serve(service, beganAtMs)));

async function untilDone(): Promise<void> {
  const lateAt = performance.now() + 60_000 + 2 * claimAfterMs;
  for (;;) {
    const states = await Promise.all([store, analyse, alert].map((group) => group.info()));
    const left = states.reduce((sum, state) => sum + (state?.lag ?? 0) + (state?.pending ?? 0), 0);
    if (left === 0) return;
    if (performance.now() > lateAt) throw new Error(`${left} lines are still waiting.`);
    await wait(50);
  }
}
await untilDone();

const kept = await database.query<{ lines: number; different: number }>(
  'SELECT count(*)::int AS lines, count(DISTINCT (service, number))::int AS different FROM log_lines',
);
const { lines = 0, different = 0 } = kept.rows[0] ?? {};
console.log(
  `${total} lines appended, ${lines} in the database, ${total - different} missing, ${lines - different} twice.`,
);
console.log(`${storedBefore} came again that had been stored before.`);

const perMinute = await database.query<{ minute: string; service: string; level: string; lines: number }>(
  `SELECT to_char(time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI') AS minute, service, level, count(*)::int AS lines
   FROM log_lines GROUP BY 1, 2, 3`,
);
const counted = (await redis.command(['HGETALL', counts])) as string[];
const analysed = new Map(
  counted.flatMap((field, i) => (i % 2 === 0 ? [[field, Number(counted[i + 1])] as const] : [])),
);
const isSame =
  analysed.size === perMinute.rows.length &&
  perMinute.rows.every(({ minute, service, level, lines }) => analysed.get(`${minute} ${service} ${level}`) === lines);

const table: Record<string, Record<string, number>> = {};
for (const key of [...analysed.keys()].sort()) {
  const [minute = '', service = '', level = ''] = key.split(' ');
  const row = `${minute.slice(11)} ${service}`;
  table[row] = { DEBUG: 0, INFO: 0, WARN: 0, ERROR: 0, ...table[row], [level]: analysed.get(key) ?? 0 };
}
console.table(table);
const errors = [...analysed].reduce((sum, [key, number]) => sum + (key.endsWith(' ERROR') ? number : 0), 0);
console.log(`${alerts} alerts for ${errors} errors; the database counts ${isSame ? 'the same' : 'otherwise'}.`);

for (const child of storing) if (child.connected) child.disconnect();
await sallyport.close();
await database.close();
if (lines !== total || different !== total || alerts !== errors || !isSame) process.exitCode = 1;
