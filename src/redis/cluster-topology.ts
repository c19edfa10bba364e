/** Which slots a master of a cluster says it has, from its own answer to CLUSTER NODES. */

const slotCount = 16_384;

/**
 * The slots of the node that answered, as it writes them: `0-5460 5462`. `undefined` when it is no master now, has none, or
 * when a slot is on its way to or from it (`[93-<-…]`), for then its keys may be at either.
 */
export function ownSlots(clusterNodes: string): string | undefined {
  const own = clusterNodes.split('\n').find((line) => /^\S+ \S+ \S*\bmyself\b/.test(line));
  if (own === undefined) return undefined;
  const [, , flags = '', , , , , , ...slots] = own.trim().split(' ');
  const isServing = flags.split(',').includes('master') && !slots.some((range) => range.startsWith('['));
  return isServing && slots.length > 0 ? slots.join(' ') : undefined;
}

/** Whether these nodes have all slots of a cluster, each of them once. */
export function coverAllSlots(ofEach: readonly string[]): boolean {
  const taken = new Uint8Array(slotCount);
  for (const range of ofEach.flatMap((slots) => slots.split(' '))) {
    const [first = 0, last = first] = range.split('-').map(Number);
    for (let slot = first; slot <= last; slot++) taken[slot] = (taken[slot] ?? 0) + 1;
  }
  return taken.every((times) => times === 1);
}
