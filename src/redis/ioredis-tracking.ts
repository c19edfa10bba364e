/** Connections that hear of changes to keys, through ioredis or iovalkey. */
import type { IoredisClient, IoredisCluster } from './ioredis-client.ts';
import { ioredisClusterTrackingLinks } from './ioredis-cluster-tracking.ts';
import { trackingLinkOver } from './ioredis-tracking-link.ts';
import type { TrackingLinks } from './tracking-link.ts';

export function ioredisTrackingLinks(original: IoredisClient): TrackingLinks {
  if (original.isCluster) return ioredisClusterTrackingLinks(original as IoredisCluster);
  const { keyPrefix = '' } = (original as { options?: { keyPrefix?: string } }).options ?? {};
  return { open: (prefixes, events) => trackingLinkOver(original, prefixes, keyPrefix, events) };
}
