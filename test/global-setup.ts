/** Runs once before all tests: the real servers they drive must be on the machine. */
import { findProgram } from '../lab/src/cluster/find-program.ts';

export function setup(): void {
  if (findProgram(['redis-server', 'valkey-server']) === undefined) throw new Error('redis-server is missing');
}
