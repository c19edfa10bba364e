/** Hears of changes to keys over a connection, or one to each master of a cluster, made again when one is lost. */
import { RedisReplyError } from './errors.ts';
import type { RedisTracker, TrackerListener } from './port.ts';
import { reconnectDelayMs } from './reconnect-delay.ts';
import type { TrackingLink, TrackingLinks, Untrackable } from './tracking-link.ts';
import { translateError } from './translate-error.ts';

/** Permissions may be given at any time; until then there is no use in asking often. */
const refusedRetryMs = 10_000;

export function createTracker(
  links: TrackingLinks | Untrackable,
  prefixes: readonly string[],
  listener: TrackerListener,
  { deadlineMs }: { readonly deadlineMs: number },
): RedisTracker {
  const openMs = Math.max(2_000, 2 * deadlineMs);
  let current: TrackingLink | undefined;
  let isHearing = false;
  let isClosed = false;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;

  function open(from: TrackingLinks): void {
    const link: TrackingLink = from.open(prefixes, {
      changed: (keys, tag) => {
        if (current === link && isHearing) listener.changed(keys, tag);
      },
      lost: () => replace(link),
    });
    current = link;
    timer = setTimeout(() => replace(link), openMs);
    timer.unref();
    link.ready.then(
      () => {
        if (current !== link) return;
        clearTimeout(timer);
        failures = 0;
        isHearing = true;
        listener.hearing();
      },
      (error: unknown) => {
        const translated = translateError(error);
        if (!(translated instanceof RedisReplyError)) return replace(link);
        if (current !== link) return;
        listener.refused(translated.reply);
        replace(link, refusedRetryMs);
      },
    );
  }

  /** Does nothing for a link that has been replaced before. */
  function replace(link: TrackingLink, delayMs = reconnectDelayMs(failures++)): void {
    if (current !== link || isClosed || typeof links === 'string') return;
    clearTimeout(timer);
    current = undefined;
    link.destroy();
    timer = setTimeout(open, delayMs, links);
    timer.unref();
    if (isHearing) {
      isHearing = false;
      listener.lost();
    }
  }

  if (typeof links === 'string') queueMicrotask(() => listener.refused(links));
  else open(links);

  return {
    tags: () => (isHearing ? (current?.tags() ?? []) : []),
    confirm: async () => isHearing && (await current?.confirm()) === true,
    renew: () => {
      if (current !== undefined) replace(current);
    },
    close: async () => {
      isClosed = true;
      isHearing = false;
      clearTimeout(timer);
      current?.destroy();
      current = undefined;
    },
  };
}
