/** The processes of one group, e.g. nginx' master and its workers, whose CPU time is added up. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Ids of all processes whose group is `group`, ascending; empty when there are none. */
export function groupMembers(group: number): number[] {
  const members = process.platform === 'linux' ? membersFromProc(group) : membersFromPs(group);
  return members.sort((a, b) => a - b);
}

function membersFromProc(group: number): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && groupOf(entry) === group)
    .map(Number);
}

function groupOf(pid: string): number | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the name in parentheses: state, parent, group.
    return Number(line.slice(line.lastIndexOf(')') + 2).split(' ')[2]);
  } catch {
    return undefined;
  }
}

function membersFromPs(group: number): number[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,pgid='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, ofGroup]) => ofGroup === group)
    .map(([pid]) => pid ?? 0);
}
