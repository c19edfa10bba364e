/** The round went as planned: faults really struck, and no process ended in another way. */
import type { StruckFault } from '../faults/strike.ts';
import type { ProcessRecord } from './process-record.ts';
import { didNotStrike, type Violation } from './violation.ts';

export interface RoundProcesses {
  readonly producers: readonly Pick<ProcessRecord<unknown>, 'name' | 'end'>[];
  readonly workers: readonly Pick<ProcessRecord<unknown>, 'name' | 'end'>[];
  /** Names of faults that should have struck. */
  readonly planned: readonly string[];
  readonly faults: readonly StruckFault[];
  /** When nothing was open any more; `undefined` when that never came. */
  readonly drainedAt: number | undefined;
}

export function checkProcesses({ producers, workers, planned, faults, drainedAt }: RoundProcesses): Violation[] {
  const violations: Violation[] = [];
  const struck = faults.filter(({ traces }) => traces > 0).map(({ fault }) => fault as string);
  for (const fault of planned) {
    const index = struck.indexOf(fault);
    if (index < 0) violations.push({ rule: didNotStrike, detail: fault });
    else struck.splice(index, 1);
  }
  for (const { name, end } of [...producers, ...workers]) {
    if (end === 'died') violations.push({ rule: 'process died', detail: name });
  }
  for (const { name, end } of workers) {
    if (end === 'hung') violations.push({ rule: 'worker did not close', detail: name });
  }
  if (drainedAt === undefined) violations.push({ rule: 'not drained', detail: 'something was still open' });
  return violations;
}
