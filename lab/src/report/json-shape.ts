/** Small checks for values that came from JSON. Each throws one line that says where it looked and what it wanted. */

import { SallyportError } from 'sallyport';

/** The results file is not JSON, is of another schema version, or a value in it is not what the schema says. */
export class ResultsFileError extends SallyportError {
  override readonly name: string = 'ResultsFileError';

  constructor(problem: string, options?: ErrorOptions) {
    super('ERR_LAB_RESULTS_FILE', `The results file cannot be read: ${problem}.`, options);
  }
}

/** Throws {@link ResultsFileError} unless the value at `path` has the shape. */
export type Check = (value: unknown, path: string) => void;

type Fields = Readonly<Record<string, Check>>;

const shownLength = 40;

function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'number') return `the number ${value}`;
  return typeof value === 'string' ? 'text' : String(value);
}

function expected(path: string, wanted: string, found: string): never {
  throw new ResultsFileError(`${path} must be ${wanted}, but is ${found}`);
}

export const isText: Check = (value, path) => {
  if (typeof value !== 'string') expected(path, 'text', kindOf(value));
};

export const isFlag: Check = (value, path) => {
  if (typeof value !== 'boolean') expected(path, 'true or false', kindOf(value));
};

/** Accepts what JSON can hold: the key must be there, its value may be anything. */
export const isPresent: Check = (value, path) => {
  if (value === undefined) expected(path, 'there', 'missing');
};

export const isNumber: Check = (value, path) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) expected(path, 'a number', kindOf(value));
};

export function isAtLeast(least: number): Check {
  return (value, path) => {
    if (typeof value !== 'number' || !(value >= least)) expected(path, `a number of at least ${least}`, kindOf(value));
  };
}

export function isTextMatching(pattern: RegExp, wanted: string): Check {
  return (value, path) => {
    isText(value, path);
    if (!pattern.test(value as string)) {
      expected(path, wanted, JSON.stringify((value as string).slice(0, shownLength)));
    }
  };
}

export function isOneOf(...words: readonly string[]): Check {
  return (value, path) => {
    if (typeof value === 'string' && words.includes(value)) return;
    const found = typeof value === 'string' ? JSON.stringify(value.slice(0, shownLength)) : kindOf(value);
    expected(path, `one of ${words.join(', ')}`, found);
  };
}

export function isAnyOf(wanted: string, ...checks: readonly Check[]): Check {
  return (value, path) => {
    const fits = checks.some((check) => {
      try {
        check(value, path);
        return true;
      } catch {
        return false;
      }
    });
    if (!fits) expected(path, wanted, kindOf(value));
  };
}

export function isListOf(item: Check): Check {
  return (value, path) => {
    if (!Array.isArray(value)) expected(path, 'a list', kindOf(value));
    for (const [index, entry] of (value as unknown[]).entries()) item(entry, `${path}[${index}]`);
  };
}

export function isRecordOf(item: Check): Check {
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) expected(path, 'an object', kindOf(value));
    for (const [key, entry] of Object.entries(value as object)) item(entry, `${path}.${key}`);
  };
}

/** Fields that the schema does not know are let through: a newer lab may have added them. */
export function isObject(required: Fields, optional: Fields = {}): Check {
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      expected(path === '' ? 'its content' : path, 'an object', kindOf(value));
    }
    const fields = value as Readonly<Record<string, unknown>>;
    const place = (key: string): string => (path === '' ? key : `${path}.${key}`);
    for (const [key, check] of Object.entries(required)) check(fields[key], place(key));
    for (const [key, check] of Object.entries(optional)) if (fields[key] !== undefined) check(fields[key], place(key));
  };
}
