/** Whether the kernel has really stopped a process: SIGSTOP is only a request, and each thread obeys on its own. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';

/** True when every thread of the process is stopped. False when it is not, or when there is no such process. */
export async function isStopped(pid: number): Promise<boolean> {
  const states = process.platform === 'linux' ? await threadStates(pid) : await stateByPs(pid);
  return states.length > 0 && states.every((state) => state === 'T' || state === 't');
}

async function threadStates(pid: number): Promise<string[]> {
  try {
    const threads = await readdir(`/proc/${pid}/task`);
    return await Promise.all(
      threads.map(async (thread) => {
        const line = await readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8');
        // The name in parentheses may itself hold spaces and parentheses; the state follows the last one.
        return line.charAt(line.lastIndexOf(')') + 2);
      }),
    );
  } catch {
    return [];
  }
}

function stateByPs(pid: number): Promise<string[]> {
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'state=', '-p', String(pid)], (error, stdout) => {
      resolve(error === null ? [stdout.trim().charAt(0)] : []);
    });
  });
}
