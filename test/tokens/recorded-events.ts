import { channel } from 'node:diagnostics_channel';
import type { SallyportEvents } from 'sallyport';

export type RecordedEvent = {
  readonly [Name in keyof SallyportEvents]: readonly [Name, SallyportEvents[Name]];
}[keyof SallyportEvents];

/**
 * Runs something and gives what it told, of these events. Tests of one file run one after the other, but files share the
 * channels: `of` chooses by the payload.
 */
export async function recordEvents(
  names: readonly (keyof SallyportEvents)[],
  of: (payload: Readonly<Record<string, unknown>>) => boolean,
  run: () => Promise<unknown>,
): Promise<RecordedEvent[]> {
  const recorded: RecordedEvent[] = [];
  const listeners = names.map((name) => {
    const listener = (payload: unknown) => {
      if (of(payload as Readonly<Record<string, unknown>>)) recorded.push([name, payload] as RecordedEvent);
    };
    channel(`sallyport:${name}`).subscribe(listener);
    return () => channel(`sallyport:${name}`).unsubscribe(listener);
  });
  try {
    await run();
  } finally {
    for (const stop of listeners) stop();
  }
  return recorded;
}
