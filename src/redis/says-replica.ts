/** After a fail-over the old master may live on as a replica: only a new connection finds the new one. */
export function saysReplica(error: unknown): boolean {
  return error instanceof Error && /^(?:READONLY|UNBLOCKED)\b/.test(error.message);
}
