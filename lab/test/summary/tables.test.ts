import { describe, expect, it } from 'vitest';
import type { SummaryTable } from '../../src/results.ts';
import { featureTable } from '../../src/summary/feature-table.ts';
import { factsOf } from '../../src/summary/schemes.ts';
import { summaryWords } from '../../src/summary/words.ts';
import { isolation } from './made-up-behaviour.ts';
import { cost, denyListCost, throughput } from './made-up-measurements.ts';
import {
  madeUpResults,
  madeUpSummary,
  type Observed,
  olderUsual,
  usual,
  usualBytes,
  usualCpuMs,
  usualListCpuMs,
} from './made-up-results.ts';

const row = ({ rows }: SummaryTable, first: string): readonly (string | number)[] =>
  rows.find(([name]) => name === first) ?? [];

describe('the tables', () => {
  const { features, performance, claims } = madeUpSummary(usual);

  it('say what each scheme can do, with the figure and the experiment', () => {
    expect(features.columns).toEqual([
      'Feature',
      'Sticky sessions',
      'Redis sessions',
      'JWT',
      'JWT with a deny-list',
      'Coherent sessions',
    ]);
    expect(row(features, 'Shared across servers')).toEqual([
      'Shared across servers',
      'no · 200 / 401 / 401 (1.2)',
      'yes · 200 / 200 / 200 (2.1)',
      'yes · 200 / 200 / 200 (3.1)',
      'yes · 200 / 200 / 200 (3.3)',
      'yes · 200 / 200 / 200 (2.4)',
    ]);
    expect(row(features, "Survives a server's death")[1]).toBe('no · 2 of 2 sessions of the dead server lost (1.3)');
    const afterKill = '2 of 2 other servers answered 200 after kill -9';
    expect(row(features, "Survives a server's death").slice(2)).toEqual([
      `yes · ${afterKill}, and 6 of 6 requests through the balancer (2.1)`,
      `yes · ${afterKill} (3.1)`,
      'yes (inferred) · 2 of 2 other servers answered 200 (3.3)',
      `yes · ${afterKill}, and 6 of 6 requests through the balancer (2.4)`,
    ]);
    expect(row(features, 'Active logout').at(-1)).toBe('yes · served for at most 4 ms after 10 logouts (2.4)');
    expect(row(features, 'Active logout').slice(1, 3)).toEqual([
      'yes · 401 / 401 / 401 after the logout (1.2)',
      'yes · 401 / 401 / 401 after the logout (2.1)',
    ]);
    expect(row(features, 'Who logged out stays out while Redis is down')[1]).toMatch(
      /^yes \(inferred\) · 401 .*\(1\.2\)$/,
    );
    expect(row(features, "Effect of a server's restart")[2]).toBe('nothing lost · 200 / 200 / 200 (2.1)');
    expect(features.notes.join(' ')).toContain('Inferred: nobody tried exactly this');
    expect(features.rows.flat().join()).not.toContain('not measured');
    expect(features.notes).toHaveLength(1);
  });

  it('say of an older lab what it did not measure, and what follows all the same', () => {
    const { features: told } = madeUpSummary(olderUsual);
    expect(row(told, 'Active logout').slice(1, 3)).toEqual([
      'not measured (1.2)',
      'yes (inferred) · 401 / 401 / 401 once the session was deleted in Redis (2.1)',
    ]);
    expect(row(told, "Survives a server's death").slice(2, 4)).toEqual([
      'yes (inferred) · 2 of 2 other servers answered 200 (2.1)',
      'yes (inferred) · 2 of 2 other servers answered 200 (3.1)',
    ]);
    expect(row(told, "Effect of a server's restart")[2]).toMatch(/^nothing lost \(inferred\) · servers keep no copy/);
  });

  it('say under the features when the lab has no experiment that tells of one', () => {
    const [sticky] = factsOf(madeUpResults(usual).experiments);
    const known = { ...sticky!.known, logout: { status: 'missing', experiments: [] } } as const;
    const told = featureTable([{ ...sticky!, known }], summaryWords('en'));
    expect(row(told, 'Active logout')[1]).toBe('not measured');
    expect(told.notes.join(' ')).toContain('the lab has none that would tell');
  });

  it('say what each scheme costs', () => {
    const [, p50, p99, rate, cpu, memory, million] = row(performance, 'Sticky sessions').map(Number);
    expect([p50, p99]).toEqual([0.16, 0.48]);
    expect(rate! / 4000).toBeCloseTo(1, 1);
    expect(cpu! / 250).toBeCloseTo(1, 1);
    expect(memory).toBeCloseTo((1500 * 10_000) / 2 ** 20, 0);
    expect(million).toBeCloseTo((1500 * 1e6) / 2 ** 20, -2);
    expect(row(performance, 'JWT').at(-1)).toBe('–');
    expect(performance.notes.join(' ')).toContain('nothing is said beyond the 2000 users of this run');
    expect(row(performance, 'JWT with a deny-list')[1]).toMatch(/^JWT ×1\.2\d* \(3\.3\)$/);
    expect(row(performance, 'JWT with a deny-list')[3]).toBe('not measured');
  });

  it('say underneath what the costs leave open', () => {
    expect(performance.notes.join(' ')).not.toMatch(/undecided|control/);
    const open = madeUpSummary({
      ...usual,
      '4.2': throughput({ ...usualCpuMs, redis: 0.27 }, 0.4),
      '4.3': cost({ ...usualCpuMs, 'sticky-again': 0.5 }, usualBytes),
    }).performance.notes;
    expect(open.join(' ')).toMatch(/CPU time per request \(4\.2\): undecided, .*sticky \/ Redis sessions ×/);
    expect(open.join(' ')).toMatch(/CPU time per request \(4\.3\): the A\/A control failed/);
    const { redis: _, 'sticky-again': __, ...few } = usualCpuMs;
    const tooFew = madeUpSummary({ ...usual, '4.2': throughput(few) }).performance;
    expect(tooFew.notes.join(' ')).toContain('Throughput (4.2): there were too few successful blocks');
    expect(row(tooFew, 'Redis sessions').slice(3, 5)).toEqual(['–', '–']);
  });

  it('have pushed revocation beside JWT, where 3.3 measured it', () => {
    expect(row(madeUpSummary(usual).performance, 'JWT with pushed revocation')[4]).toMatch(
      /^JWT ×(0\.9|1\.0)\d* \(3\.3\)$/,
    );
    const { 'jwt-pushed': _, ...older } = usualListCpuMs;
    const observed = madeUpResults(usual).experiments.find(({ id }) => id === '3.3')!.observations as object;
    const list = { ...usual, '3.3': { ...observed, cost: denyListCost(older) } } as Observed;
    expect(row(madeUpSummary(list).performance, 'JWT with pushed revocation')[4]).not.toContain('×');
  });

  it('put the claims beside what was measured', () => {
    const told = claims.rows.map(([claim, scheme, ...rest]) => [`${claim}, ${scheme}`, ...rest]);
    expect(Object.fromEntries(told.map(([name, claimed, , standing]) => [name, `${claimed}: ${standing}`]))).toEqual({
      'P50 of the latency, ms, Sticky sessions': '0.1–0.5: is as claimed',
      'P50 of the latency, ms, Redis sessions': '1–3: lies below the claim',
      'P50 of the latency, ms, JWT': '0.3–1: lies below the claim',
      'Requests/s, Sticky sessions': '40,000–50,000: lies below the claim',
      'Requests/s, Redis sessions': '35,000–45,000: lies below the claim',
      'Requests/s, JWT': '25,000–35,000: lies below the claim',
      'Bytes per session, Sticky sessions': '500: lies above the claim',
      'Bytes per session, Redis sessions': '300: lies above the claim',
      'Bytes per session, JWT': '0: lies above the claim',
      'What the list adds to P50, JWT with a deny-list': '10–20 %: lies above the claim',
      'What the list adds to CPU time, JWT with a deny-list': '10–20 %: lies above the claim',
      'Life of an entry in the list, s, JWT with a deny-list': '7200: is as claimed',
      'One session at three servers, Sticky sessions': '200 / 401 / 401: is as claimed',
    });
    const otherwise = madeUpSummary({ ...usual, '1.2': isolation(200) }).claims.rows.at(-1);
    expect(otherwise?.slice(3)).toEqual(['200 / 200 / 200', 'is not as claimed', '1.2']);
    const unmeasured = madeUpSummary({}).claims.rows;
    expect(new Set(unmeasured.map((cells) => cells[3]))).toEqual(new Set(['not measured']));
  });

  it('do not decide a claim across whose bound the interval reaches', () => {
    const cpuMs = { ...usualListCpuMs, 'jwt-deny-list': 0.232 };
    const standing = (spread: number) => {
      const observed = madeUpResults(usual).experiments.find(({ id }) => id === '3.3')!.observations as object;
      const list = { ...usual, '3.3': { ...observed, cost: denyListCost(cpuMs, spread) } };
      return madeUpSummary(list as Observed).claims.rows.find(
        ([claim]) => claim === 'What the list adds to CPU time',
      )?.[4];
    };
    expect(standing(0.005)).toBe('is as claimed');
    expect(standing(0.15)).toBe('does not decide it');
  });
});
