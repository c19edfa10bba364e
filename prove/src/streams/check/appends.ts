/** What came of each append: acknowledged ones are there once, others once or not at all, and batches whole. */
import { fallenIds, isLater } from '../../rounds/rising-ids.ts';
import type { Violation } from '../../rounds/violation.ts';
import type { Attempt } from './attempts.ts';
import type { Evidence } from './evidence.ts';

export interface Appends {
  /** The id of each event that is known to have been in the stream, by name. */
  readonly stored: ReadonlyMap<string, string>;
  /** Events whose append was not answered, and how many of them were stored all the same. */
  readonly ambiguous: number;
  readonly ambiguousStored: number;
  readonly violations: readonly Violation[];
}

export function checkAppends({ producers, appends }: Evidence, attempts: readonly Attempt[]): Appends {
  const violations: Violation[] = [];
  const entries = producers.flatMap((producer) => producer.entries);
  const ids = new Map<string, Set<string>>();
  const put = (name: string, id: string) => ids.set(name, (ids.get(name) ?? new Set()).add(id));
  for (const entry of entries) if (entry.event === 'acked') put(entry.name, entry.id);
  // All groups see all events, so whatever was stored has been seen.
  for (const { name, entryId } of attempts) put(name, entryId);

  const asked = names('asked');
  const acked = names('acked');
  const unknown = names('ambiguous');
  for (const name of asked) {
    if (!acked.has(name) && !unknown.has(name)) violations.push({ rule: 'never answered', detail: name });
  }
  for (const [name, own] of ids) {
    if (own.size > 1) violations.push({ rule: 'appended twice', detail: `${name} as ${[...own].join(' and ')}` });
    if (!asked.has(name)) violations.push({ rule: 'unknown event', detail: name });
  }
  for (const { events } of appends) {
    const stored = events.filter(({ name }) => ids.has(name));
    const isHalf = stored.length > 0 && stored.length < events.length;
    if (isHalf) violations.push({ rule: 'half a batch', detail: `${events[0]?.name} and those appended with it` });
    const own = stored.map(({ name }) => firstOf(ids.get(name)));
    const isMixed = own.some((id, n) => n > 0 && !isLater(id, own[n - 1] ?? ''));
    if (isMixed)
      violations.push({ rule: 'batch out of order', detail: `${events[0]?.name} and those appended with it` });
  }
  for (const producer of producers) violations.push(...fallenIds(producer.entries));

  const unanswered = new Set([...unknown, ...duplicates()]);
  return {
    stored: new Map([...ids].map(([name, own]) => [name, firstOf(own)])),
    ambiguous: unanswered.size,
    ambiguousStored: [...unanswered].filter((name) => ids.has(name)).length,
    violations,
  };

  function names(event: 'asked' | 'acked' | 'ambiguous'): Set<string> {
    return new Set(entries.flatMap((entry) => (entry.event === event && 'name' in entry ? [entry.name] : [])));
  }

  /** Appended by an append that was not answered, as the next one with the same key has shown. */
  function duplicates(): string[] {
    return entries.flatMap((entry) => (entry.event === 'acked' && entry.outcome === 'duplicate' ? [entry.name] : []));
  }
}

function firstOf(ids: ReadonlySet<string> | undefined): string {
  return [...(ids ?? [])][0] ?? '';
}
