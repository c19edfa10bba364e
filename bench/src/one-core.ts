import { pinProcess, planPinning } from '@sallyport/lab/measure';

/**
 * Keeps a server that is compared with others on the core on which they are, too: of two cores one may be twice as fast, as
 * long as a neighbour is at work. Where processes cannot be pinned nothing is done.
 */
export async function pinToServerCore(pid: number): Promise<void> {
  const plan = planPinning();
  if (plan.possible) await pinProcess(pid, plan.serverCores.slice(0, 1));
}
