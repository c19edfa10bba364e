/** Between what the application gives and the JSON that is stored: checked by a schema and by size. */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { PayloadError } from './errors.ts';

/** A schema of zod, valibot, arktype or any other library that follows Standard Schema (https://standardschema.dev). */
export type PayloadSchema<Payload> = StandardSchemaV1<unknown, Payload>;

type Checked<Payload> = Payload | Promise<Payload>;

/** @throws PayloadError */
export function checkPayload<Payload>(value: unknown, schema: PayloadSchema<Payload> | undefined): Checked<Payload> {
  if (schema === undefined) return value as Payload;
  const result = schema['~standard'].validate(value);
  return result instanceof Promise ? result.then(accept<Payload>) : accept<Payload>(result);
}

function accept<Payload>(result: StandardSchemaV1.Result<Payload>): Payload {
  if (result.issues === undefined) return result.value;
  const issues = result.issues.map(({ message, path }) => ({
    message,
    ...(path === undefined
      ? {}
      : { path: path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.') }),
  }));
  const [first] = issues;
  const where = first?.path ? ` at ${first.path}` : '';
  throw new PayloadError(`does not fit its schema${where}: ${first?.message ?? 'no reason given'}`, issues);
}

/** @throws PayloadError when JSON cannot hold it, or it takes more than so many bytes */
export function encodePayload(payload: unknown, maxBytes: number): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(payload);
  } catch (cause) {
    throw new PayloadError('cannot be written as JSON', [], { cause });
  }
  if (text === undefined) throw new PayloadError('cannot be written as JSON: it is undefined, a function or a symbol');
  // A character takes at most three bytes: most payloads need not be counted.
  if (text.length * 3 > maxBytes) {
    const bytes = Buffer.byteLength(text);
    if (bytes > maxBytes) {
      throw new PayloadError(
        `takes ${bytes} bytes, which is more than ${maxBytes}; store it elsewhere, and only its name here`,
      );
    }
  }
  return text;
}
