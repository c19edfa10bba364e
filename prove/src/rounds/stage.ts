/** What a round is played on: a Redis that keeps each write, and child processes with a link and a ledger of their own. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  nodeArguments,
  type RedisServer,
  type RunningProcess,
  startBreakableLink,
  startProcess,
  startRedis,
  temporaryFolder,
} from '@sallyport/lab/cluster';
import type { Breakable } from '../faults/fault-driver.ts';
import { type LifeEntry, tailLedger } from '../ledger.ts';
import { within } from '../within.ts';

/** What every child is told; see stage-child.ts. */
export interface StageOrders {
  /** Of Redis, through the child's own link. */
  readonly url: string;
  readonly ledger: string;
  /** The round begins when this file is there. */
  readonly signalFile: string;
}

export interface Stage {
  readonly redis: RedisServer;
  /** Resolves when the child has written that it is ready. */
  start<Orders>(name: string, entry: URL, orders: Orders): Promise<Breakable>;
  /** Lets the round begin. */
  go(): Promise<void>;
  /** To be closed before the stage is, the last registered first. */
  afterwards(close: () => unknown): void;
  /** Whatever has happened: nothing is left running. */
  close(): Promise<void>;
}

const closeTimeoutMs = 5_000;

export async function openStage(): Promise<Stage> {
  const closers: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (const each of closers.reverse()) await within(closeTimeoutMs, (async () => each())()).catch(() => {});
  };
  try {
    const folder = await temporaryFolder('prove');
    closers.push(() => folder.remove());
    const redis = await startRedis({ persistence: 'aof-always' });
    closers.push(() => redis.stop());
    const signalFile = join(folder.path, 'go');
    return {
      redis,
      start: async (name, entry, orders) => {
        const link = await startBreakableLink(redis.port);
        closers.push(() => link.stop());
        const ledger = join(folder.path, `${name}.ledger`);
        const file = join(folder.path, `${name}.json`);
        const common: StageOrders = { url: `redis://127.0.0.1:${link.port}`, ledger, signalFile };
        await writeFile(file, JSON.stringify({ ...orders, ...common }));
        const process = await startChild(name, fileURLToPath(entry), file, ledger);
        closers.push(() => process.kill());
        return { name, ledger, link, process };
      },
      go: () => writeFile(signalFile, ''),
      afterwards: (closer) => closers.push(closer),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function startChild(name: string, entry: string, orders: string, ledger: string): Promise<RunningProcess> {
  const tail = tailLedger<LifeEntry>(ledger);
  return startProcess({
    name,
    command: process.execPath,
    args: [...nodeArguments(), entry, orders],
    readyWhen: async () => tail.next().some(({ event }) => event === 'ready'),
    deadlineMs: 20_000,
  }).finally(() => tail.close());
}
