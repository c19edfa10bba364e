/** A /proc of the test's own, to see what becomes of figures that the real kernel does not give on request. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TemporaryFolder, temporaryFolder } from '@sallyport/lab/cluster';

export interface ProcThread {
  readonly id: number;
  /** `CPU_NS WAIT_NS SLICES`, or `undefined` for a kernel without schedstat. */
  readonly schedstat?: string;
  /** The user's and the system's time. @default 0 */
  readonly ticks?: readonly [user: number, system: number];
}

export interface ProcFolder {
  readonly path: string;
  machine(text: string): Promise<void>;
  /** @param startedAtTicks @default 1000 */
  process(pid: number, threads: readonly ProcThread[], startedAtTicks?: number): Promise<void>;
  end(pid: number): Promise<void>;
  remove(): Promise<void>;
}

const idle: readonly [number, number] = [0, 0];

export async function procFolder(): Promise<ProcFolder> {
  const folder: TemporaryFolder = await temporaryFolder('proc');
  const end = (pid: number) => rm(join(folder.path, String(pid)), { recursive: true, force: true });
  const machine = (text: string) => writeFile(join(folder.path, 'stat'), text);
  await machine('cpu  0 0 0 0 0 0 0 0 0 0\ncpu0 0 0 0 0 0 0 0 0 0 0\n');
  return {
    path: folder.path,
    machine,
    process: async (pid, threads, startedAtTicks = 1000) => {
      await end(pid);
      const place = join(folder.path, String(pid));
      await mkdir(join(place, 'task'), { recursive: true });
      await writeFile(join(place, 'stat'), statLine(pid, [0, 0], startedAtTicks));
      for (const { id, schedstat, ticks = idle } of threads) {
        await mkdir(join(place, 'task', String(id)));
        await writeFile(join(place, 'task', String(id), 'stat'), statLine(id, ticks, startedAtTicks));
        if (schedstat !== undefined) await writeFile(join(place, 'task', String(id), 'schedstat'), `${schedstat}\n`);
      }
    },
    end,
    remove: () => folder.remove(),
  };
}

/** The name is as awkward as a name can be. */
function statLine(id: number, [user, system]: readonly [number, number], startedAtTicks: number): string {
  return `${id} (a) b) S 1 1 1 0 -1 4194560 10 0 0 0 ${user} ${system} 77 78 20 0 1 0 ${startedAtTicks} 1000 10\n`;
}
