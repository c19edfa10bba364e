import type { RecordFields } from './record-store.ts';

/**
 * What a session object held when it was read or last stored, so that storing it again sends only what it changed.
 * It lives and dies with that object. JSON does not show it.
 */
export class ReadCopy {
  readonly #name: string;
  #fields: RecordFields;

  constructor(name: string, fields: RecordFields) {
    this.#name = name;
    this.#fields = fields;
  }

  isOf(name: string): boolean {
    return this.#name === name;
  }

  /** What differs from this copy, which then becomes the newer one. `dates` are not compared. */
  advance(fields: RecordFields): { readonly set: Map<string, string>; readonly remove: string[] } {
    const set = new Map<string, string>();
    for (const [field, text] of fields) if (this.#fields.get(field) !== text) set.set(field, text);
    const remove: string[] = [];
    for (const field of this.#fields.keys()) if (!fields.has(field) && field !== 'dates') remove.push(field);
    this.#fields = fields;
    return { set, remove };
  }

  /** The same for the cookie alone. */
  advanceCookie(cookie: string): Map<string, string> {
    if (this.#fields.get('cookie') === cookie) return new Map();
    this.#fields = new Map([...this.#fields, ['cookie', cookie]]);
    return new Map([['cookie', cookie]]);
  }

  /** Nobody knows whether these fields were written: they count as changed until they have been. */
  doubt(fields: Iterable<string>): void {
    const doubted = new Map(this.#fields);
    for (const field of fields) doubted.set(field, '');
    this.#fields = doubted;
  }

  toJSON(): undefined {
    return undefined;
  }
}
