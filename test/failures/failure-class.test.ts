import { describe, expect, it } from 'vitest';
import { BusinessError, FatalError } from '../../src/failures/errors.ts';
import { type Classify, classOf } from '../../src/failures/failure-class.ts';

const known = (error: unknown, classify?: Classify) => classOf(error, classify, () => false);

describe('the class of a failure', () => {
  it('is that of the error, unless classify knows better', () => {
    expect([known(new BusinessError('x')), known(new FatalError('x')), known('text')]).toEqual([
      'business',
      'fatal',
      'temporary',
    ]);
    expect(known(new FatalError('x'), () => 'temporary')).toBe('temporary');
    expect(known(new FatalError('x'), () => undefined)).toBe('fatal');
  });

  it('is that of the error when classify throws, or gives no class', () => {
    const throws: Classify = (error) =>
      (error as { response: { status: number } }).response.status === 400 ? 'business' : undefined;
    for (const classify of [throws, () => 'unknown', () => null, async () => 'fatal'] as Classify[]) {
      expect([known(new BusinessError('x'), classify), known(new Error('x'), classify)]).toEqual([
        'business',
        'temporary',
      ]);
    }
  });
});
