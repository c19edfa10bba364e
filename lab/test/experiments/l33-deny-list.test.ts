import { describe, expect, test } from 'vitest';
import type { DenyListEntry, DenyListObservations, LookUps } from '../../src/experiments/l33-deny-list/analyse.ts';
import { denyList } from '../../src/experiments/l33-deny-list/index.ts';
import { inBothLanguages } from './in-both-languages.ts';
import { atEach, verdicts } from './made-up.ts';

const analyseDenyList = inBothLanguages(denyList);

const good = atEach([200, 200, 200]);
const revoked = atEach([401, 401, 401], 'u-1', 'token revoked');

function entry(ttlSeconds: number, changes: Partial<DenyListEntry> = {}): DenyListEntry {
  const key = {
    name: 'sallyport:token:{tag}:denied:0197abcd…',
    type: 'string',
    ttlMs: ttlSeconds * 1000 - 700,
    memoryBytes: 120,
    fields: {},
  };
  return { ttlSeconds, key, tokenLeftMs: key.ttlMs - 1, endsAfterTokenMs: 0, ...changes };
}

function lookUp(token: LookUps['token'], calls: number, error: string | null): LookUps {
  return {
    token,
    requests: 15,
    commandCalls: calls === 0 ? {} : { mget: calls },
    status: error === null ? 200 : 401,
    error,
  };
}

const lookUps = [
  lookUp('good', 15, null),
  lookUp('logged out', 15, 'token revoked'),
  lookUp('signature altered', 0, 'invalid signature'),
  lookUp('expired', 0, 'token expired'),
  lookUp('expired and logged out', 0, 'token expired'),
];
const short: DenyListObservations['short'] = {
  entry: entry(30),
  waitedMs: 35_000,
  deletedAfterExpMs: 60,
  existsAfter: false,
  after: atEach([401, 401, 401], 'u-3', 'token expired'),
};
const asExpected: DenyListObservations = {
  servers: ['jwt-1', 'jwt-2', 'jwt-3'],
  before: good,
  keysBefore: 0,
  logoutStatus: 200,
  keysAfter: 1,
  entry: entry(7200),
  afterLogout: { afterMs: 9.5, ...revoked },
  otherUser: atEach([200, 200, 200], 'u-2'),
  short,
  lookUps,
  withoutList: lookUp('good', 0, null),
  listInMemory: lookUp('good', 0, null),
  spread: [
    { list: 'none', rounds: [{ acceptedForMs: 500.2, refusedAfterMs: null }] },
    {
      list: 'redis',
      rounds: [
        { acceptedForMs: 0, refusedAfterMs: 1.2 },
        { acceptedForMs: 0, refusedAfterMs: 0 },
      ],
    },
    {
      list: 'memory',
      rounds: [
        { acceptedForMs: 0, refusedAfterMs: 1.5 },
        { acceptedForMs: 2.5, refusedAfterMs: 4.5 },
      ],
    },
  ],
};
const judged = (changes: Partial<DenyListObservations>) => verdicts(analyseDenyList({ ...asExpected, ...changes }));

describe('experiment 3.3', () => {
  test('logout works everywhere, the list is asked last, and it cleans itself', () => {
    expect(judged({})).toEqual({ H1: 'confirmed', H2: 'refuted', H3: 'confirmed' });
    const { headline, tables, findings } = analyseDenyList(asExpected);
    expect(headline).toBe('401 / 401 / 401 (token revoked), entry for 7199 s');
    expect(tables[1]?.rows.map((row) => row[0])).toEqual([7200, 30]);
    expect(tables[2]?.rows.map((row) => row[2])).toEqual([1, 1, 0, 0, 0, 0, 0]);
    expect(tables[3]?.rows.map((row) => row.slice(1))).toEqual([
      [1, 1, 'until it expires', '–', '–'],
      [2, 0, 0, 0.6, 1.2],
      [2, 1, 2.5, 3, 4.5],
    ]);
    expect(findings.join(' ')).toContain(
      'at most 0 ms with the list in Redis (asked anew, all had refused within 1.2 ms), and for at most 2.5 ms with the list in each memory (within 4.5 ms)',
    );
    expect(findings.join(' ')).toContain('memory asks Redis 0 times per request');
    expect(findings.join(' ')).toContain('The list is asked last');
    expect(findings.join(' ')).toContain('1 round trip to Redis for each request of a logged-in user, against 0');
  });

  test('says nothing of what an older lab did not record, or of a server that refused nothing', () => {
    const { spread: _, listInMemory: __, ...older } = asExpected;
    expect(analyseDenyList(older).tables).toHaveLength(3);
    const spread = asExpected.spread?.map((entry) =>
      entry.list === 'memory' ? { ...entry, rounds: [{ acceptedForMs: 5_000.5, refusedAfterMs: null }] } : entry,
    );
    const { tables, findings } = analyseDenyList({ ...asExpected, ...(spread === undefined ? {} : { spread }) });
    expect(tables[3]?.rows[2]?.[3]).toBe('until it expires');
    expect(findings.join(' ')).not.toContain('After the answer to a logout other servers');
  });

  test('H1: no entry, or a server that still accepts the token', () => {
    expect(judged({ keysAfter: 0, entry: null }).H1).toBe('refuted');
    expect(judged({ afterLogout: { afterMs: 9.5, ...atEach([401, 200, 401], 'u-1', 'token revoked') } }).H1).toBe(
      'refuted',
    );
    expect(judged({ afterLogout: { afterMs: 9.5, ...atEach([401, 401, 401], 'u-1', 'token expired') } }).H1).toBe(
      'refuted',
    );
  });

  test('H1: a token that was no good before, or a list that refuses everybody, shows nothing', () => {
    expect(judged({ before: revoked }).H1).toBe('undecided');
    expect(judged({ otherUser: revoked }).H1).toBe('undecided');
    expect(judged({ logoutStatus: 503 }).H1).toBe('undecided');
  });

  test('H2 holds when the list is asked about every token', () => {
    const first = [
      lookUp('good', 15, null),
      lookUp('signature altered', 15, 'invalid signature'),
      lookUp('expired', 15, 'token expired'),
      lookUp('expired and logged out', 15, 'token revoked'),
    ];
    expect(judged({ lookUps: first }).H2).toBe('confirmed');
    expect(analyseDenyList({ ...asExpected, lookUps: first }).findings.join(' ')).toContain('made-up tokens');
    const afterSignature = first.map((seen) =>
      seen.token === 'signature altered' ? { ...seen, commandCalls: {} } : seen,
    );
    expect(judged({ lookUps: afterSignature }).H2).toBe('refuted');
  });

  test('H2: without a list in use nothing is decided', () => {
    expect(judged({ lookUps: lookUps.map((seen) => ({ ...seen, commandCalls: {} })) }).H2).toBe('undecided');
    expect(judged({ lookUps: lookUps.slice(0, 2) }).H2).toBe('undecided');
  });

  test('H3: an entry that ends with something else than its token', () => {
    expect(judged({ entry: entry(7200, { endsAfterTokenMs: 79_200_000 }) }).H3).toBe('refuted');
    expect(judged({ short: { ...short, entry: entry(30, { endsAfterTokenMs: -5000 }) } }).H3).toBe('refuted');
    expect(judged({ short: { ...short, existsAfter: true, deletedAfterExpMs: null } }).H3).toBe('refuted');
    expect(judged({ short: { ...short, deletedAfterExpMs: null } }).H3).toBe('undecided');
    expect(judged({ entry: null }).H3).toBe('undecided');
  });
});
