/** The child's side of a stage. */
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { StageOrders } from './stage.ts';

/** What this process is told, in a file that its first argument names. */
export function stageOrders<Orders>(): Orders & StageOrders {
  return JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Orders & StageOrders;
}

export async function roundHasBegun({ signalFile }: StageOrders): Promise<void> {
  while (!existsSync(signalFile)) await delay(5);
}
