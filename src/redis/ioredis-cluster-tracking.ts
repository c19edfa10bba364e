/** Hears of changes to keys at all masters of a cluster, through ioredis or iovalkey. */
import { clusterSlot } from './cluster-slot.ts';
import { coverAllSlots, ownSlots } from './cluster-topology.ts';
import { type IoredisClient, type IoredisCluster, refreshed } from './ioredis-client.ts';
import { trackingLinkOver } from './ioredis-tracking-link.ts';
import type { TrackingEvents, TrackingLink, TrackingLinks } from './tracking-link.ts';

/** Far more names than it takes to find one for a node that has a hundredth of the slots. */
const mostTags = 100_000;

interface Master {
  readonly client: IoredisClient;
  readonly address: string;
  readonly tag: string;
  readonly link: TrackingLink;
  /** As it says them itself; not known before it was asked. */
  slots: string | undefined;
}

/**
 * One connection to each master, all of them together as one link: it is lost with the first of them, and with the first
 * slot that moves. So keys are never read from a node that is not listened to, or no longer than until that is noticed.
 */
export function ioredisClusterTrackingLinks(cluster: IoredisCluster): TrackingLinks {
  return { open: (prefixes, events) => open(cluster, prefixes, events) };
}

function open(cluster: IoredisCluster, prefixes: readonly string[], events: TrackingEvents): TrackingLink {
  const masters: Master[] = [];
  let isDestroyed = false;

  async function ready(): Promise<void> {
    await refreshed(cluster);
    if (isDestroyed) throw new Error('given up');
    for (const { address, tag } of mastersOf(cluster)) {
      const client = cluster.nodes('master').find(({ options }) => `${options.host}:${options.port}` === address);
      if (client === undefined) throw new Error('a node of the cluster is not connected');
      const link = trackingLinkOver(client, prefixes, cluster.options.keyPrefix ?? '', {
        changed: (keys) => events.changed(keys, tag),
        lost: events.lost,
      });
      // Another may fail first.
      link.ready.catch(() => {});
      masters.push({ client, address, tag, link, slots: undefined });
    }
    await Promise.all(masters.map(({ link }) => link.ready));
    // Only now: what moved before was not told, and what moves from now on is seen by the next who asks.
    for (const master of masters) master.slots = await slotsOf(master.client);
    const all = masters.flatMap(({ slots }) => slots ?? []);
    if (all.length < masters.length || !coverAllSlots(all)) throw new Error('slots of the cluster are on the move');
  }

  return {
    ready: ready(),
    tags: () => masters.map(({ tag }) => tag),
    confirm: async () => {
      // One that ioredis has dropped never answers again, though its node may live behind another that took its place.
      if (masters.some(({ client }) => client.status === 'end')) return false;
      const said = await Promise.all(masters.map(({ client }) => slotsOf(client)));
      return masters.every(({ slots }, index) => slots !== undefined && slots === said[index]);
    },
    destroy: () => {
      isDestroyed = true;
      for (const { link } of masters) link.destroy();
    },
  };
}

async function slotsOf(master: IoredisClient): Promise<string | undefined> {
  return ownSlots(String(await master.call('CLUSTER', 'NODES')));
}

/** The masters that the client knows, each with a hash tag that leads to it. */
function mastersOf({ slots, options }: IoredisCluster): { readonly address: string; readonly tag: string }[] {
  const wanted = new Set(slots.flatMap((nodes) => nodes?.[0] ?? []));
  const found: { address: string; tag: string }[] = [];
  for (let tried = 0; found.length < wanted.size && tried < mostTags; tried++) {
    const address = slots[clusterSlot(`${options.keyPrefix ?? ''}{${tried}}`)]?.[0];
    if (address === undefined || found.some((one) => one.address === address)) continue;
    found.push({ address, tag: `{${tried}}` });
  }
  if (found.length < wanted.size || wanted.size === 0) throw new Error('no key leads to a node of the cluster');
  return found;
}
