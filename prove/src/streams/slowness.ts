/** Tells when a process stood still, or when Redis did not answer it: then a lease may lapse that nobody broke. */
import type { RedisPort } from 'sallyport/redis';

const everyMs = 20;

/** @param tell after each time that took longer than `thresholdMs`, with how long it took */
export function watchSlowness(redis: RedisPort, thresholdMs: number, tell: (forMs: number) => void): { stop(): void } {
  let lookedAt = performance.now();
  let isAsking = false;
  const timer = setInterval(async () => {
    const now = performance.now();
    const stoodStillMs = now - lookedAt - everyMs;
    lookedAt = now;
    if (stoodStillMs > thresholdMs) tell(Math.ceil(stoodStillMs + everyMs));
    if (isAsking) return;
    isAsking = true;
    const askedAt = performance.now();
    // Redis makes its writes durable before it answers anybody, so this takes as long as they do.
    await redis.command(['PING']).catch(() => {});
    isAsking = false;
    const askedMs = performance.now() - askedAt;
    if (askedMs > thresholdMs) tell(Math.ceil(askedMs));
  }, everyMs);
  return { stop: () => clearInterval(timer) };
}
