import { describe, expect, test } from 'vitest';
import { staleCopies } from '../../src/experiments/l24-stale-copies/index.ts';
import { type Condition, conditions, type StaleTrial } from '../../src/experiments/l24-stale-copies/observations.ts';
import { countsOf, sentAfter } from '../../src/experiments/l24-stale-copies/watch.ts';
import { staleCopiesObserved } from '../summary/made-up-copies.ts';
import { inBothLanguages } from './in-both-languages.ts';
import { verdicts } from './made-up.ts';

const analyse = inBothLanguages(staleCopies);

/** The usual observations, with the trials of one condition changed. */
function changed(condition: Condition, change: Partial<StaleTrial>) {
  const observations = staleCopiesObserved();
  const trials = observations.trials.map((trial) =>
    trial.condition === condition && trial.scheme === 'coherent' ? { ...trial, ...change } : trial,
  );
  return { ...observations, trials };
}

describe('experiment 2.4', () => {
  test('copies that end in time confirm all three, with the figures', () => {
    const analysis = analyse(staleCopiesObserved());
    expect(verdicts(analysis)).toEqual({ H1: 'confirmed', H2: 'confirmed', H3: 'confirmed' });
    expect(analysis.headline).toBe(
      'served after a logout for at most 4 ms; behind a silent link 930 ms (lease 1000 ms)',
    );
    expect(analysis.tables[0]?.rows).toContainEqual([
      'coherent sessions',
      'link silent',
      5,
      910,
      928,
      930,
      1502,
      200,
      0,
    ]);
    expect(analysis.findings).toContain(
      'Whoever had not logged out was never sent to the login page, whatever was broken.',
    );
    expect(analysis.charts[0]).toMatchObject({ kind: 'line', series: conditions.map(() => ({})) });
  });

  test.each([
    ['idle', 'H1', 100],
    ['load', 'H1', 100],
    ['silent', 'H2', 1000],
    ['closed', 'H3', 100],
  ] as const)('%s: %s is refuted by what lies beyond %i ms, and by nothing up to it', (condition, id, boundMs) => {
    expect(verdicts(analyse(changed(condition, { staleMs: boundMs })))[id]).toBe('confirmed');
    expect(verdicts(analyse(changed(condition, { staleMs: boundMs + 0.1 })))[id]).toBe('refuted');
  });

  test('a session that is never refused, and a user who is sent away for nothing, refute it', () => {
    const served = { served: 100, refused: 0, unavailable: 0, other: 0 };
    const never = analyse(changed('idle', { refusedAfterMs: null, answers: served }));
    expect(verdicts(never).H1).toBe('refuted');
    expect(never.judgements[0]?.evidence).toContain('After 5 it was not refused at all.');
    const away = analyse(changed('closed', { bystander: { served: 9, refused: 1, unavailable: 0, other: 0 } }));
    expect(verdicts(away)).toMatchObject({ H1: 'confirmed', H3: 'refuted' });
    expect(away.findings.join(' ')).toContain('Users who had not logged out were answered 401, 5 times');
  });

  test('a logout that was not taken, and a session that was not known, decide nothing', () => {
    expect(verdicts(analyse(changed('idle', { before: 401 }))).H1).toBe('undecided');
    expect(verdicts(analyse(changed('silent', { logoutStatus: 503 }))).H2).toBe('undecided');
    expect(verdicts(analyse({ ...staleCopiesObserved(), trials: [] }))).toEqual({
      H1: 'undecided',
      H2: 'undecided',
      H3: 'undecided',
    });
  });
});

test('only what is sent after the logout counts, by when it was sent', () => {
  const asked = [
    { sentAt: 90, status: 200 },
    { sentAt: 101, status: 200 },
    { sentAt: 103.25, status: 200 },
    { sentAt: 106, status: 401 },
    { sentAt: 108, status: 503 },
    { sentAt: 110, status: 'timeout' },
  ];
  expect(sentAfter(asked, 200, 'last', 100)).toBe(3.3);
  expect(sentAfter(asked, 401, 'first', 100)).toBe(6);
  expect(sentAfter(asked, 200, 'last', 104)).toBeNull();
  expect(countsOf(asked)).toEqual({ served: 3, refused: 1, unavailable: 1, other: 1 });
});
