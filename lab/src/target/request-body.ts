/** The body of a login or logout, as JSON or as a form, with the CSRF token in its field. */
import type { Json } from '../results.ts';
import type { TargetBody } from './target-file.ts';

export interface CsrfField {
  readonly field?: string;
  readonly token: string;
}

export interface RequestBody {
  readonly text: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** @param filled Replaces the placeholders in a value. */
export function requestBody(
  body: TargetBody | undefined,
  csrf: CsrfField | undefined,
  filled: <Value extends Json>(value: Value) => Value,
): RequestBody {
  const field = csrf?.field === undefined ? {} : { [csrf.field]: csrf.token };
  if (body?.json !== undefined) {
    return {
      text: JSON.stringify({ ...filled(body.json), ...field }),
      headers: { 'content-type': 'application/json' },
    };
  }
  if (body?.form === undefined && csrf?.field === undefined) return { text: undefined, headers: {} };
  return {
    text: new URLSearchParams({ ...filled(body?.form ?? {}), ...field }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  };
}
