import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { SallyportEvents } from 'sallyport';

/** Collects what is told under a name, until it is stopped. */
export function listen<Name extends keyof SallyportEvents>(
  name: Name,
): { readonly told: SallyportEvents[Name][]; stop(): void } {
  const told: SallyportEvents[Name][] = [];
  const listener = (payload: unknown) => void told.push(payload as SallyportEvents[Name]);
  subscribe(`sallyport:${name}`, listener);
  return { told, stop: () => unsubscribe(`sallyport:${name}`, listener) };
}
