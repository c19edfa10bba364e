/** From the bytes that a store gives to values of the application. What cannot be read is set aside. */
import { isUtf8 } from 'node:buffer';
import { checkPayload, type PayloadSchema } from '../payload/payload.ts';
import { ListUndecodableError } from './errors.ts';
import { undecodablePlace } from './keys.ts';
import type { ListSource, ListStore } from './store.ts';

type Reading<Value> =
  | { readonly value: Value; readonly problem?: undefined }
  | { readonly problem: 'not-json' | 'schema' };

export class Reader<Value> {
  readonly #name: string;
  readonly #store: ListStore;
  readonly #source: ListSource;
  readonly #schema: PayloadSchema<Value> | undefined;

  constructor(name: string, store: ListStore, source: ListSource, schema: PayloadSchema<Value> | undefined) {
    this.#name = name;
    this.#store = store;
    this.#source = source;
    this.#schema = schema;
  }

  /**
   * All of them, or none: when one cannot be read it is set aside, and the others are put back.
   * @throws ListUndecodableError
   */
  async taken(raws: readonly Buffer[]): Promise<Value[]> {
    const readings = this.#schema === undefined ? raws.map(parse<Value>) : await this.#checkAll(raws, this.#schema);
    const values = valuesOf(readings);
    if (values.length === raws.length) return values;
    return this.#refuse(raws, readings);
  }

  /** Those that can be read. */
  async readable(raws: readonly Buffer[]): Promise<Value[]> {
    return valuesOf(this.#schema === undefined ? raws.map(parse<Value>) : await this.#checkAll(raws, this.#schema));
  }

  #checkAll(raws: readonly Buffer[], schema: PayloadSchema<Value>): Promise<Reading<Value>[]> {
    return Promise.all(
      raws.map(parse).map((each) => (each.problem === undefined ? checked(each.value, schema) : each)),
    );
  }

  async #refuse(raws: readonly Buffer[], readings: readonly Reading<Value>[]): Promise<never> {
    const isReadable = (_: Buffer, index: number) => readings[index]?.problem === undefined;
    const others = raws.filter(isReadable);
    const unreadable = raws.filter((raw, index) => !isReadable(raw, index));
    const reason = readings.find(({ problem }) => problem !== undefined)?.problem ?? 'not-json';
    const aside = undecodablePlace(this.#source.place);
    try {
      await this.#store.setAside(this.#source, others, aside, unreadable);
    } catch (cause) {
      throw new ListUndecodableError(this.#name, reason, { count: unreadable.length, kept: false, cause });
    }
    throw new ListUndecodableError(this.#name, reason, { count: unreadable.length, kept: true });
  }
}

function valuesOf<Value>(readings: readonly Reading<Value>[]): Value[] {
  const values: Value[] = [];
  for (const reading of readings) if (reading.problem === undefined) values.push(reading.value);
  return values;
}

function parse<Value = unknown>(raw: Buffer): Reading<Value> {
  try {
    // Bytes that are not UTF-8 would be read as other characters than were meant.
    return isUtf8(raw) ? { value: JSON.parse(raw.toString()) } : { problem: 'not-json' };
  } catch {
    // The parser's error quotes the text.
    return { problem: 'not-json' };
  }
}

async function checked<Value>(value: unknown, schema: PayloadSchema<Value>): Promise<Reading<Value>> {
  try {
    return { value: await checkPayload(value, schema) };
  } catch {
    // The schema's error may quote the value.
    return { problem: 'schema' };
  }
}
