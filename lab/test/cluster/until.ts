import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Waits until a condition holds. */
export async function until(holds: () => boolean | Promise<boolean>, what: string, deadlineMs = 10_000): Promise<void> {
  const lateAt = performance.now() + deadlineMs;
  while (!(await holds())) {
    if (performance.now() > lateAt) throw new Error(`Not within ${deadlineMs} ms: ${what}.`);
    await delay(10);
  }
}

/** Whether a process exists and is not merely waiting to be reaped by its parent. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return readState(pid) !== 'Z';
}

function readState(pid: number): string | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return line.charAt(line.lastIndexOf(')') + 2);
  } catch {
    return undefined;
  }
}
