/** The processes of one group, e.g. nginx' master and its workers, whose CPU time is added up. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Ids of all living processes whose group is `group`, ascending; one that only waits to be reaped has ended. */
export function groupMembers(group: number): number[] {
  const members = process.platform === 'linux' ? membersFromProc(group) : membersFromPs(group);
  return members.sort((a, b) => a - b);
}

function membersFromProc(group: number): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && isLivingMember(entry, group))
    .map(Number);
}

function isLivingMember(pid: string, group: number): boolean {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the name in parentheses: state, parent, group.
    const [state, , ofGroup] = line.slice(line.lastIndexOf(')') + 2).split(' ');
    return state !== 'Z' && state !== 'X' && Number(ofGroup) === group;
  } catch {
    return false;
  }
}

function membersFromPs(group: number): number[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,pgid=,state='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, ofGroup, state]) => Number(ofGroup) === group && state?.startsWith('Z') === false)
    .map(([pid]) => Number(pid));
}
