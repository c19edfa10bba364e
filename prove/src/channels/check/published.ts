/** What was published: each message once, under an id that rises, and never more than once when nobody knows. */
import { fallenIds, isLater } from '../../rounds/rising-ids.ts';
import type { Violation } from '../../rounds/violation.ts';
import type { Evidence } from './evidence.ts';

export interface PublishedMessage {
  readonly id: string;
  readonly name: string;
  readonly askedAt: number;
}

export interface PublishedMessages {
  /** All that were acknowledged, kept or received, in the order of their ids. */
  readonly messages: readonly PublishedMessage[];
  /** Messages whose publisher was not answered, and how many of them were sent. */
  readonly ambiguous: number;
  readonly ambiguousSent: number;
  readonly violations: readonly Violation[];
}

export function checkPublished({ publishers, subscribers, kept }: Evidence): PublishedMessages {
  const violations: Violation[] = [];
  const entries = publishers.flatMap((publisher) => publisher.entries);
  const lives = subscribers.flatMap((subscriber) => subscriber.lives.flatMap((life) => life.entries));
  const names = new Map<string, Set<string>>();
  const put = (id: string, name: string) => names.set(id, (names.get(id) ?? new Set()).add(name));
  for (const entry of entries) if (entry.event === 'acked') put(entry.id, entry.name);
  for (const entry of lives) if (entry.event === 'got') put(entry.id, entry.name);
  for (const [id, name] of kept) put(id, name);

  const askedAt = new Map(
    entries.flatMap((entry) => (entry.event === 'asked' ? [[entry.name, entry.at] as const] : [])),
  );
  const ids = new Map<string, string[]>();
  for (const [id, own] of names) {
    if (own.size > 1) violations.push({ rule: 'id of two messages', detail: `${[...own].join(' ')} ${id}` });
    for (const name of own) ids.set(name, [...(ids.get(name) ?? []), id]);
  }
  for (const [name, own] of ids) {
    if (own.length > 1) violations.push({ rule: 'published twice', detail: `${name} as ${own.join(' and ')}` });
    if (!askedAt.has(name)) violations.push({ rule: 'unknown message', detail: name });
  }
  const answered = new Set(
    entries.flatMap((entry) => (entry.event === 'acked' || entry.event === 'ambiguous' ? [entry.name] : [])),
  );
  for (const name of askedAt.keys()) if (!answered.has(name)) violations.push({ rule: 'never answered', detail: name });
  for (const publisher of publishers) violations.push(...fallenIds(publisher.entries));

  const ambiguous = entries.flatMap((entry) => (entry.event === 'ambiguous' ? [entry.name] : []));
  const messages = [...ids].flatMap(([name, own]) => own.map((id) => ({ id, name, askedAt: askedAt.get(name) ?? 0 })));
  return {
    messages: messages.sort((a, b) => (isLater(a.id, b.id) ? 1 : -1)),
    ambiguous: ambiguous.length,
    ambiguousSent: ambiguous.filter((name) => ids.has(name)).length,
    violations,
  };
}
