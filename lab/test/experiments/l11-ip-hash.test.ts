import { describe, expect, it } from 'vitest';
import type { AddressChange, Destination, IpHashObservations } from '../../src/experiments/l11-ip-hash/analyse.ts';
import { ipHash } from '../../src/experiments/l11-ip-hash/index.ts';
import type { Verdict } from '../../src/results.ts';
import { inBothLanguages } from './in-both-languages.ts';

const analyseIpHash = inBothLanguages(ipHash);

const servers = ['sticky-1', 'sticky-2', 'sticky-3'];

function at(server: string | null): Destination {
  return { status: server === null ? 'timeout' : 200, server };
}
function requests(server: string | null, count: number): Destination[] {
  return Array.from({ length: count }, () => at(server));
}
function spreadOf(counts: readonly number[]): IpHashObservations['spread'] {
  return counts.flatMap((count, index) =>
    Array.from({ length: count }, () => ({ address: '192.0.2.1', ...at(servers[index] ?? null) })),
  );
}
function changes(moved: number, stayed: number, kind: AddressChange['kind'] = 'random'): AddressChange[] {
  return [
    ...Array.from({ length: moved }, () => ({ kind, from: at('sticky-1'), to: at('sticky-2') })),
    ...Array.from({ length: stayed }, () => ({ kind, from: at('sticky-1'), to: at('sticky-1') })),
  ];
}

const asExpected: IpHashObservations = {
  servers,
  single: { address: '203.0.113.1', requests: requests('sticky-2', 20) },
  clients: [
    { address: '203.0.113.2', requests: requests('sticky-1', 5) },
    { address: '203.0.113.3', requests: requests('sticky-3', 5) },
  ],
  spread: spreadOf([98, 93, 109]),
  changes: [...changes(100, 50), ...changes(0, 30, 'host'), ...changes(30, 0, 'network')],
};

function verdictOf(id: string, observations: IpHashObservations): Verdict | undefined {
  return analyseIpHash(observations).judgements.find((judgement) => judgement.id === id)?.verdict;
}

describe('experiment 1.1', () => {
  it('confirms what a working ip_hash shows', () => {
    const { judgements, headline, findings, tables } = analyseIpHash(asExpected);
    expect(judgements.map(({ verdict }) => verdict)).toEqual(['confirmed', 'confirmed', 'confirmed']);
    expect(headline).toBe('0 switches in 30 requests; 66.7 % of address changes switch');
    expect(judgements[1]?.evidence).toContain('98 / 93 / 109');
    expect(judgements[2]?.evidence).toContain('100 of 150');
    expect(findings.join(' ')).toContain('30 of 30 changes in the last octet kept the server');
    expect(findings.join(' ')).toContain('30 of 30 cases');
    expect(tables[0]?.rows[0]).toEqual(['sticky-1', 0, 1, 98, '32.7 %']);
  });

  it('refutes H1 when a client with one address saw two servers', () => {
    const single = { ...asExpected.single, requests: [...requests('sticky-2', 19), at('sticky-1')] };
    expect(verdictOf('H1', { ...asExpected, single })).toBe('refuted');
    const clients = [{ address: '203.0.113.2', requests: [at('sticky-1'), at('sticky-2'), at('sticky-1')] }];
    const { headline, judgements } = analyseIpHash({ ...asExpected, clients });
    expect(judgements[0]).toMatchObject({ id: 'H1', verdict: 'refuted' });
    expect(headline).toContain('2 switches in 23 requests');
  });

  it('leaves H1 undecided when requests were not answered', () => {
    const single = { ...asExpected.single, requests: [...requests('sticky-2', 19), at(null)] };
    expect(verdictOf('H1', { ...asExpected, single })).toBe('undecided');
  });

  it('refutes H2 for an uneven spread, and does not judge a handful of clients', () => {
    expect(verdictOf('H2', { ...asExpected, spread: spreadOf([200, 50, 50]) })).toBe('refuted');
    expect(verdictOf('H2', { ...asExpected, spread: spreadOf([300, 0, 0]) })).toBe('refuted');
    expect(verdictOf('H2', { ...asExpected, spread: spreadOf([10, 0, 0]) })).toBe('undecided');
  });

  it('refutes H3 when no change moved the client, and does not judge a single draw', () => {
    expect(verdictOf('H3', { ...asExpected, changes: changes(0, 150) })).toBe('refuted');
    expect(verdictOf('H3', { ...asExpected, changes: changes(1, 0) })).toBe('undecided');
    const unanswered: AddressChange[] = Array.from({ length: 100 }, () => ({
      kind: 'random',
      from: at('sticky-1'),
      to: at(null),
    }));
    expect(verdictOf('H3', { ...asExpected, changes: unanswered })).toBe('undecided');
  });

  it('says when an address is not what the balancer sees', () => {
    const { findings } = analyseIpHash({ ...asExpected, changes: [...changes(100, 50), ...changes(20, 10, 'host')] });
    expect(findings.join(' ')).toContain('20 of 30 changes in the last octet changed the server');
  });
});
