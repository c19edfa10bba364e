import { describe, expect, it } from 'vitest';
import { findingsOf, timelineOf } from '../src/outage/findings.ts';
import type { OutageAnswer, OutageRound } from '../src/outage/observed.ts';
import { reportTables, rowsOf } from '../src/outage/report.ts';

const answer = (at: number, status: number, more: Partial<OutageAnswer> = {}): OutageAnswer => ({
  at,
  tookMs: 2,
  stalledMs: 0,
  status,
  staleMs: 0,
  isLeaving: false,
  ...more,
});

/** Broken at 1000, mended at 2400, over at 4000. */
function round(answers: readonly OutageAnswer[], more: Partial<OutageRound> = {}): OutageRound {
  return {
    mode: 'coherent, ioredis',
    leaseMs: 1000,
    phases: [{ fault: 'killed', brokenAt: 1000, mendedAt: 2400, endedAt: 4000 }],
    answers,
    staying: { asked: 40, served: 40 },
    ...more,
  };
}

const kept = [answer(900, 200), answer(1100, 503), answer(2500, 503, { tookMs: 300 }), answer(2900, 200)];
const violations = (answers: readonly OutageAnswer[], more?: Partial<OutageRound>) =>
  findingsOf(round(answers, more)).violations;

describe('the findings of the outage proof', () => {
  it('count by outcome from the break on, and time the first and the last 503', () => {
    const { phases, violations } = findingsOf(round(kept));
    expect(violations).toEqual([]);
    expect(phases).toEqual([
      {
        mode: 'coherent, ioredis',
        fault: 'killed',
        counts: new Map([
          ['503', 2],
          ['200', 1],
        ]),
        firstRefusedMs: 100,
        lastRefusedMs: 100,
        slowestMs: 300,
        stalestMs: 0,
      },
    ]);
  });

  it('find every promise that is broken', () => {
    expect(violations([...kept, answer(3400, 503)])).toEqual(['killed: still 503, 1000 ms after Redis had returned']);
    expect(violations([...kept, answer(3399, 503)])).toEqual([]);
    expect(violations([...kept, answer(1500, 401)])).toEqual(['1 answers 401 to visitors who had not left']);
    expect(violations([...kept, answer(1500, 401, { isLeaving: true })])).toEqual([]);
    expect(violations([...kept, answer(1500, 500)])).toEqual(['1 answers that are neither 200 nor 401 nor 503']);
    expect(violations([...kept, answer(1500, 503, { tookMs: 1000 })])).toEqual(['a request took 1000 ms']);
    expect(violations([...kept, answer(1500, 503, { tookMs: 1400, stalledMs: 1100 })])).toEqual([]);
    expect(violations([...kept, answer(1500, 200, { staleMs: 1001 })])).toEqual([
      'a session was served 1001 ms after its end; the lease is 1000 ms',
    ]);
    expect(violations([...kept, answer(1500, 200, { staleMs: 1000 })])).toEqual([]);
    expect(violations(kept, { staying: { asked: 40, served: 38 } })).toEqual(['2 of 40 sessions were gone in the end']);
  });

  it('tell a 401 that is right from one that is not', () => {
    const [phase] = findingsOf(
      round([
        ...kept,
        answer(1500, 401),
        answer(1600, 401, { isLeaving: true }),
        answer(1700, 401, { isLeaving: true }),
      ]),
    ).phases;
    expect([phase?.counts.get('wrong 401'), phase?.counts.get('401 after logout')]).toEqual([1, 2]);
  });

  it('do not count against a fault what was under way when the next one struck', () => {
    expect(violations([...kept, answer(3999, 503)])).toEqual([]);
  });
});

describe('the report of the outage proof', () => {
  it('has the outcomes over time', () => {
    const [served, unavailable] = timelineOf(round(kept));
    expect(served).toMatchObject({ fault: 'killed', outcome: '200' });
    expect(served?.slots).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
    expect(unavailable?.slots).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('has a row for each fault with the worst of all rounds, and what was broken', () => {
    const late = round([...kept, answer(3500, 503)]);
    const played = [round(kept), late].map((each, index) => ({
      number: index + 1,
      round: each,
      findings: findingsOf(each),
    }));
    const rows = rowsOf(played);
    expect(rows).toMatchObject([
      {
        fault: 'killed',
        rounds: 2,
        answered: 2,
        loggedOut: 0,
        wronglyLoggedOut: 0,
        unavailable: 5,
        firstRefusedMs: 100,
        lastRefusedMs: 1100,
      },
    ]);
    const tables = reportTables(rows, late);
    expect(tables).toContain('coherent, ioredis, round 2: killed: still 503, 1100 ms after Redis had returned');
    expect(reportTables(rowsOf(played.slice(0, 1)), undefined)).toContain('Every promise was kept.');
  });
});
