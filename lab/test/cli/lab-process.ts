/** The command line as its users run it: a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeArguments } from '@sallyport/lab/cluster';
import { onTestFinished } from 'vitest';
import { processTable } from '../process-table.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

export interface LabExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface LabProcess {
  readonly child: ChildProcess;
  readonly exited: Promise<LabExit>;
  /** Resolves once standard error holds this text. */
  said(text: string): Promise<void>;
}

export function startLab(args: readonly string[], env: Readonly<Record<string, string>> = {}): LabProcess {
  const child = spawn(process.execPath, [...nodeArguments(), main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let stdout = '';
  let stderr = '';
  const listeners = new Set<() => void>();
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk;
    for (const listener of listeners) listener();
  });
  const exited = new Promise<LabExit>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return {
    child,
    exited,
    said: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!stderr.includes(text)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
        void exited.then(() => reject(new Error(`The lab ended without saying "${text}". It said:\n${stderr}`)));
      }),
  };
}

export function runLab(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<LabExit> {
  return startLab(args, env).exited;
}

/** A folder that is removed when the test is over. */
export async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'sallyport-cli-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** The ids of all processes below one, however deep. */
export function descendants(pid: number): number[] {
  const table = processTable();
  const below = (parent: number): number[] =>
    table.filter((entry) => entry.parent === parent).flatMap((entry) => [entry.pid, ...below(entry.pid)]);
  return below(pid);
}
