/** A process that stores log lines; `logs.ts` starts two of them, and kills one. */
import { once } from 'node:events';
import { createSallyport } from 'sallyport';
import type { LogLine } from './logs.ts';

export type Statement = readonly [sql: string, values: readonly (string | number)[]];
export interface TransactionAnswer {
  /** False: a statement changed nothing, and those after it were left out. */
  readonly isDone?: boolean;
  readonly error?: string;
}

const [, , name = 'store'] = process.argv;
const claimAfterMs = Number(process.env.CLAIM_AFTER_MS ?? 300_000);
const sallyport = createSallyport({ deadlineMs: 5_000 });

const consumer = sallyport
  .stream<LogLine>('logs')
  .group('store')
  .consume(
    async ({ stream, group, id, event: { service, level, number, time, text } }) => {
      // The id of the event and what comes of it are stored together, or neither is.
      await transaction([
        ['INSERT INTO handled_events VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [stream, group, id]],
        ['INSERT INTO log_lines VALUES ($1, $2, $3, $4, $5)', [service, level, number, time, text]],
      ]);
    },
    { name, claimAfterMs, claimEveryMs: Math.ceil(claimAfterMs / 5) },
  );

/** The database is in the process that started this one; with a server of its own, its client would be here. */
async function transaction(statements: readonly Statement[]): Promise<void> {
  const answered = once(process, 'message');
  process.send?.(statements);
  const [{ error }] = (await answered) as [TransactionAnswer];
  if (error !== undefined) throw new Error(error);
}

process.once('disconnect', async () => {
  await consumer.close({ deadlineMs: 0 });
  await sallyport.close();
});
