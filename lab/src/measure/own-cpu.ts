/** What this process itself spends: the cost of generating load, when this is the load generator. */
import { type GroupCpu, markProcessCpu } from './process-cpu.ts';
import { isUnavailable } from './unavailable.ts';

/** The returned function gives the CPU time, all threads included, since this call. */
export function markOwnCpu(): () => GroupCpu {
  const mark = markProcessCpu([{ name: 'generator', pids: () => [process.pid] }]);
  if (!isUnavailable(mark)) return () => mark.since().groups[0]!;
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return generatorCpu(process.pid, (user + system) / 1000);
  };
}

/** Where only the whole is known: it is taken for that of one thread, which most of a generator's work is. */
export function generatorCpu(pid: number, cpuMs: number): GroupCpu {
  return { name: 'generator', cpuMs, busiest: { pid, cpuMs, waitMs: null }, complete: true };
}
