import { describe, expect, it } from 'vitest';
import type { LostServer, ServerLossObservations, UserAnswer } from '../../src/experiments/l13-server-loss/figures.ts';
import { serverLoss } from '../../src/experiments/l13-server-loss/index.ts';
import type { Status } from '../../src/experiments/wording.ts';
import { inBothLanguages } from './in-both-languages.ts';

const analyseServerLoss = inBothLanguages(serverLoss);

const homes: Readonly<Record<string, string>> = { 'u-1': 'sticky-1', 'u-2': 'sticky-1', 'u-3': 'sticky-2' };

function answers(statuses: Readonly<Record<string, Status>>, server: string | null = 'sticky-2'): UserAnswer[] {
  return Object.entries(statuses).map(([userId, status]) => ({ userId, status, server, tries: 1, durationMs: 2 }));
}

const allWell = answers({ 'u-1': 200, 'u-2': 200, 'u-3': 200 });
const lost = answers({ 'u-1': 401, 'u-2': 401, 'u-3': 200 });

function sample(atMs: number, server: string | null, status: Status = 200): LostServer['samples'][number] {
  return { atMs, durationMs: 4, status, server, tries: 1 };
}

const killed: LostServer = {
  server: 'sticky-1',
  killedAtMs: 100,
  samples: [sample(90, 'sticky-1'), sample(101, 'sticky-2'), sample(110, 'sticky-2')],
  afterKill: lost,
  loginsAgain: answers({ 'u-1': 200, 'u-2': 200 }),
  afterLogin: allWell,
  returnedAfterMs: 1500,
  afterReturn: lost,
};

const asExpected: ServerLossObservations = {
  servers: ['sticky-1', 'sticky-2'],
  failTimeoutMs: 1000,
  users: Object.entries(homes).map(([userId, server]) => ({ userId, address: '192.0.2.1', login: 200, server })),
  before: allWell,
  killed,
  frozen: {
    server: 'sticky-1',
    logins: answers({ 'u-1': 200, 'u-2': 200, 'u-3': 200 }, 'sticky-1'),
    first: lost.map((answer) => ({ ...answer, durationMs: 1004 })),
    second: lost,
    returnedAfterMs: 1000,
    afterThaw: allWell,
  },
};

function withKilled(changed: Partial<LostServer>): ServerLossObservations {
  return { ...asExpected, killed: { ...killed, ...changed } };
}
function verdicts(observations: ServerLossObservations): string[] {
  return analyseServerLoss(observations).judgements.map(({ verdict }) => verdict);
}
function findings(observations: ServerLossObservations): string {
  return analyseServerLoss(observations).findings.join('\n');
}

describe('experiment 1.3', () => {
  it('confirms that the sessions of a killed server are lost, twice', () => {
    const { judgements, headline, tables } = analyseServerLoss(asExpected);
    expect(judgements.map(({ verdict }) => verdict)).toEqual(['confirmed', 'confirmed', 'confirmed']);
    expect(headline).toBe('2 of 3 sessions lost, 2 again when the server came back');
    expect(judgements[1]?.evidence).toContain('recovered after 5 ms, with 0 failed requests');
    expect(findings(asExpected)).toContain('The second loss: 2 of the 2 users');
    expect(findings(asExpected)).toContain(
      'A frozen server is worse than a dead one: the longest wait for an answer was 1004 ms',
    );
    expect(tables.find(({ title }) => title === 'sticky-1 frozen')?.rows[0]).toContain('1004 ms');
  });

  it('refutes H1 and H3 when the users of the killed server stay logged in', () => {
    const kept = withKilled({ afterKill: allWell, loginsAgain: [], afterReturn: allWell });
    expect(verdicts(kept)).toEqual(['refuted', 'confirmed', 'refuted']);
    expect(analyseServerLoss(kept).headline).toBe('0 of 3 sessions lost');
    expect(findings(kept)).not.toContain('second loss');
  });

  it('refutes H2 when the clients of the killed server are not answered', () => {
    const unanswered = answers({ 'u-1': 502, 'u-2': 502 }, null);
    const observations = withKilled({ afterKill: [...unanswered, ...answers({ 'u-3': 200 })] });
    expect(verdicts(observations)).toEqual(['undecided', 'refuted', 'undecided']);
  });

  it('refutes H2 when the balancer does not recover while it is watched', () => {
    const observations = withKilled({ samples: [sample(90, 'sticky-1'), sample(101, null, 'timeout')] });
    expect(verdicts(observations)[1]).toBe('refuted');
    expect(analyseServerLoss(observations).judgements[1]?.evidence).toContain('did not recover');
  });

  it('counts the recovery from the last failure', () => {
    const samples = [sample(101, 'sticky-2'), sample(110, null, 502), sample(120, 'sticky-2')];
    const { judgements } = analyseServerLoss(withKilled({ samples }));
    expect(judgements[1]?.evidence).toContain('recovered after 24 ms, with 1 failed requests');
  });

  it('leaves H3 undecided when a new login does not help', () => {
    const observations = withKilled({ afterLogin: lost });
    expect(verdicts(observations)).toEqual(['confirmed', 'confirmed', 'undecided']);
  });

  it('decides nothing when nobody was logged in before', () => {
    const observations = { ...asExpected, before: answers({ 'u-1': 401, 'u-2': 401, 'u-3': 401 }) };
    expect(verdicts(observations)).toEqual(['undecided', 'undecided', 'undecided']);
  });

  it('says so when the server was not used again, others were hit, or nothing was lost again', () => {
    expect(findings(withKilled({ returnedAfterMs: null }))).toContain('did not send clients to sticky-1 again');
    expect(findings(withKilled({ afterReturn: allWell }))).toContain('None of the 2 users');
    const hit = answers({ 'u-1': 401, 'u-2': 401, 'u-3': 401 });
    expect(findings(withKilled({ afterKill: hit }))).toContain('1 of 1 users of the other servers were logged out');
  });

  it('does not call a freeze worse when it was not', () => {
    const frozen = { ...asExpected.frozen, first: lost, afterThaw: lost };
    expect(findings({ ...asExpected, frozen })).toContain('While a server was frozen the longest wait');
    expect(findings({ ...asExpected, frozen })).toContain('After SIGCONT only 1 of 3 users');
  });
});
