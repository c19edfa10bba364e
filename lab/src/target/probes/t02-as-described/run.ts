/** What experiment 0.2 on a target does: nothing more than what had to be done before any other. */
import type { DescribedTools } from '../../target-under-test.ts';
import type { AsDescribedObservations } from './analyse.ts';

export async function observeAsDescribed({ description }: DescribedTools): Promise<AsDescribedObservations> {
  return description;
}
