/** The round went as planned: faults really struck, and no process ended in another way. */
import type { Evidence, Violation } from './evidence.ts';

export function checkProcesses({ producers, workers, planned, faults, drainedAt }: Evidence): Violation[] {
  const violations: Violation[] = [];
  const struck = faults.filter(({ traces }) => traces > 0).map(({ fault }) => fault as string);
  for (const fault of planned) {
    const index = struck.indexOf(fault);
    if (index < 0) violations.push({ rule: 'fault did not strike', detail: fault });
    else struck.splice(index, 1);
  }
  for (const { name, end } of [...producers, ...workers]) {
    if (end === 'died') violations.push({ rule: 'process died', detail: name });
  }
  for (const { name, end } of workers) {
    if (end === 'hung') violations.push({ rule: 'worker did not close', detail: name });
  }
  if (drainedAt === undefined) violations.push({ rule: 'not drained', detail: 'tasks were still open' });
  return violations;
}
