/** The memory of an application server: what the system has given it, and what its heap holds. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request } from 'undici';
import { requireLoopback } from './loopback.ts';
import type { Unavailable } from './unavailable.ts';

/** The resident set, in bytes. It hardly ever shrinks: compare servers that were started for the purpose. */
export function residentBytes(pid: number): number | Unavailable {
  return process.platform === 'linux' ? residentFromProc(pid) : residentFromPs(pid);
}

function residentFromProc(pid: number): number | Unavailable {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    // A process that has ended and was not yet reaped has a status without memory.
    return kilobytes === undefined ? { unavailable: 'process-gone' } : Number(kilobytes) * 1024;
  } catch {
    return { unavailable: 'process-gone' };
  }
}

function residentFromPs(pid: number): number | Unavailable {
  try {
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024;
  } catch {
    return { unavailable: 'process-gone' };
  }
}

export interface HeapQuestion {
  /** Of the server itself, e.g. `http://127.0.0.1:8081`. */
  readonly url: string;
  /** @default '/debug/memory' */
  readonly path?: string;
  /** @default 10000 */
  readonly deadlineMs?: number;
}

/**
 * What the application says of its own heap, in bytes: it is asked for JSON with `heapUsedBytes`, and is expected to
 * have collected its garbage first. An application that gives no such answer, as one of somebody else will not, makes
 * the figure unavailable.
 * @throws InvalidOptionError when the URL does not lead to this machine.
 */
export async function askHeapBytes({
  url,
  path = '/debug/memory',
  deadlineMs = 10_000,
}: HeapQuestion): Promise<number | Unavailable> {
  requireLoopback(url);
  try {
    const { statusCode, body } = await request(new URL(path, url), { signal: AbortSignal.timeout(deadlineMs) });
    const answer = JSON.parse(await body.text()) as { heapUsedBytes?: unknown } | null;
    const bytes = answer?.heapUsedBytes;
    if (statusCode === 200 && typeof bytes === 'number' && bytes > 0) return bytes;
  } catch {
    // No connection, no JSON, or too late: in all three there is no figure.
  }
  return { unavailable: 'no-answer' };
}
