import { describe, expect, test } from 'vitest';
import { redisDown } from '../../src/experiments/l23-redis-down/index.ts';
import type {
  OutageCell,
  OutageRequest,
  RedisDownObservations,
} from '../../src/experiments/l23-redis-down/observations.ts';
import type { Status } from '../../src/experiments/wording.ts';
import { inBothLanguages } from './in-both-languages.ts';
import { verdicts } from './made-up.ts';

const analyseRedisDown = inBothLanguages(redisDown);

const five = (status: Status): Status[] => [1, 2, 3, 4, 5].map(() => status);

function asked(request: OutageRequest['request'], status: Status, round = 1): OutageRequest {
  return { request, round, status, durationMs: round === 1 ? 503 : 4, sinceSignalMs: round === 1 ? 2.5 : 510 };
}

function cell(
  persistence: OutageCell['persistence'],
  signal: OutageCell['signal'],
  after: Status,
  changes: Partial<OutageCell> = {},
): OutageCell {
  const outage = [1, 2].flatMap((round) => [
    ...five(503).map((status) => asked('profile', status, round)),
    asked('login', 503, round),
    asked('logout', 503, round),
    asked('health', 200, round),
  ]);
  return {
    persistence,
    signal,
    before: five(200),
    outage,
    retryAfterSeconds: 1,
    servedAgainMs: 120,
    after: five(after),
    newLogin: { status: 200, profileStatus: 200 },
    ...changes,
  };
}

const matrix = [
  cell('none', 'SIGTERM', 401),
  cell('none', 'SIGKILL', 401),
  cell('save-points', 'SIGTERM', 200),
  cell('save-points', 'SIGKILL', 401),
  cell('aof-everysec', 'SIGTERM', 200),
  cell('aof-everysec', 'SIGKILL', 200),
  cell('aof-always', 'SIGTERM', 200),
  cell('aof-always', 'SIGKILL', 200),
];
const frozen: RedisDownObservations['frozen'] = {
  requestEveryMs: 50,
  frozenAtMs: 500,
  thawedAtMs: 2500,
  samples: [
    { request: 'profile', status: 200, durationMs: 3, atMs: 100 },
    { request: 'profile', status: 503, durationMs: 502.5, atMs: 600 },
    { request: 'login', status: 503, durationMs: 2, atMs: 1500 },
    { request: 'profile', status: 200, durationMs: 4, atMs: 2600 },
  ],
  after: five(200),
};
const judged = (cells: readonly OutageCell[]) => verdicts(analyseRedisDown({ cells, frozen }));

describe('experiment 2.3', () => {
  test('three of eight combinations lose the sessions', () => {
    expect(judged(matrix)).toEqual({ H1: 'confirmed', H2: 'refuted', H3: 'conditional' });
    const { headline, tables, charts, judgements, findings } = analyseRedisDown({ cells: matrix, frozen });
    expect(headline).toBe('old sessions lost in 3 of 8 cases');
    expect(tables[0]?.rows.map((row) => row.at(-1))).toEqual(['yes', 'yes', 'no', 'yes', 'no', 'no', 'no', 'no']);
    expect(tables[1]?.rows).toEqual([
      ['GET /profile', '503 ×80', 503, 4],
      ['POST /login', '503 ×16', 503, 4],
      ['POST /logout', '503 ×16', 503, 4],
      ['GET /health (no session)', '200 ×16', 503, 4],
    ]);
    expect(judgements[2]?.evidence).toContain('3 of 8');
    expect(judgements[2]?.evidence).toContain('save points (SIGKILL)');
    expect(findings.join(' ')).toContain('503 (Retry-After: 1)');
    expect(charts).toHaveLength(1);
  });

  test('the longest answer while frozen is told, whatever was slow before or after', () => {
    const samples = [...frozen.samples, { request: 'profile' as const, status: 200, durationMs: 900, atMs: 2700 }];
    const { tables, findings } = analyseRedisDown({ cells: matrix, frozen: { ...frozen, samples } });
    expect(tables[2]?.rows[1]).toEqual(['frozen', 2, '503 ×2', 502.5, 503]);
    expect(tables[2]?.rows[2]?.[3]).toBe(900);
    expect(findings.at(-1)).toContain('503 ms (503)');
  });

  test('H1: one profile served during an outage refutes', () => {
    const served = cell('none', 'SIGKILL', 401, { outage: [asked('profile', 200), asked('profile', 503)] });
    expect(judged([served]).H1).toBe('refuted');
  });

  test('H1 and H3: sessions that did not work before say nothing about the outage', () => {
    const unusable = cell('none', 'SIGKILL', 401, { before: [200, 200, 503, 200, 200] });
    expect(judged([...matrix, unusable])).toMatchObject({ H1: 'undecided', H3: 'undecided' });
  });

  test('H2 holds only when every request fails as it says', () => {
    const failing = (status: Status) => [
      cell('none', 'SIGKILL', 401, { outage: [asked('profile', status), asked('login', 500)] }),
    ];
    expect(judged(failing(500)).H2).toBe('confirmed');
    expect(judged(failing(401)).H2).toBe('confirmed');
    expect(judged(failing(200)).H2).toBe('refuted');
    expect(judged(failing('timeout')).H2).toBe('refuted');
    expect(judged([cell('none', 'SIGKILL', 401, { outage: [asked('health', 200)] })]).H2).toBe('undecided');
  });

  test('a 401 during the outage is a finding', () => {
    const outage = [asked('profile', 401), asked('login', 503)];
    const { findings } = analyseRedisDown({ cells: [cell('none', 'SIGKILL', 401, { outage })], frozen });
    expect(findings.join(' ')).toContain('sent to the login page although');
    expect(findings.join(' ')).not.toContain('never 401');
  });

  test('H3: all lost, none lost, and sessions of which only some came back', () => {
    expect(judged([cell('none', 'SIGTERM', 401), cell('none', 'SIGKILL', 401)]).H3).toBe('confirmed');
    expect(judged([cell('aof-always', 'SIGTERM', 200)]).H3).toBe('refuted');
    expect(judged([cell('none', 'SIGTERM', 401, { after: [200, 200, 401, 401, 401] })]).H3).toBe('undecided');
    expect(judged([cell('none', 'SIGTERM', 503, { servedAgainMs: null })]).H3).toBe('undecided');
    expect(judged([]).H3).toBe('undecided');
  });
});
