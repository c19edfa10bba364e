import { describe, expect, it } from 'vitest';
import { reportError } from '../../src/failures/error-report.ts';

const report = (error: unknown) => reportError(error, { withStack: false });

describe('what is kept of an error', () => {
  it('has name, message and code, shortened', () => {
    const error = Object.assign(new RangeError('m'.repeat(5_000)), { code: 'ERR_X' });
    expect(report(error)).toEqual({ name: 'RangeError', message: `${'m'.repeat(4_096)}…`, code: 'ERR_X' });
  });

  it('keeps errors that others have changed into something else', () => {
    expect(report(Object.assign(new Error('x'), { message: { detail: 'an object' } }))).toEqual({
      name: 'Error',
      message: '{"detail":"an object"}',
    });
    expect(report(Object.assign(new Error('x'), { name: undefined, code: 7 }))).toEqual({
      name: 'Error',
      message: 'x',
    });
    const broken = Object.defineProperty(new Error('x'), 'message', {
      get: () => {
        throw new Error('from the getter');
      },
    });
    expect(report(broken)).toEqual({ name: 'Error', message: '' });
  });

  it('keeps what is no error', () => {
    expect([report('text'), report(undefined), report({ a: 1 }), report(1n)]).toEqual([
      { name: 'string', message: 'text' },
      { name: 'undefined', message: 'undefined' },
      { name: 'object', message: '{"a":1}' },
      { name: 'bigint', message: '[object BigInt]' },
    ]);
  });
});
