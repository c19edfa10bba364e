/** What is concluded about nodes and balancer, from made-up observations on both sides of every verdict. */
import { describe, expect, test } from 'vitest';
import { type AffinityObservations, analyseAffinity } from '../../src/target/probes/t11-affinity/analyse.ts';
import { affinityWords } from '../../src/target/probes/t11-affinity/words.ts';
import { affinityWordsZh } from '../../src/target/probes/t11-affinity/words.zh.ts';
import { analyseSharedSession } from '../../src/target/probes/t12-shared-session/analyse.ts';
import { sharedSessionWords } from '../../src/target/probes/t12-shared-session/words.ts';
import { sharedSessionWordsZh } from '../../src/target/probes/t12-shared-session/words.zh.ts';
import { analyseNodeDeath, type NodeDeathObservations } from '../../src/target/probes/t13-node-death/analyse.ts';
import { nodeDeathWords } from '../../src/target/probes/t13-node-death/words.ts';
import { nodeDeathWordsZh } from '../../src/target/probes/t13-node-death/words.zh.ts';
import { analyseNodeRestart } from '../../src/target/probes/t31-node-restart/analyse.ts';
import { nodeRestartWords } from '../../src/target/probes/t31-node-restart/words.ts';
import { nodeRestartWordsZh } from '../../src/target/probes/t31-node-restart/words.zh.ts';
import {
  another,
  failed,
  fromNodes,
  known,
  late,
  loggedOut,
  type MadeUpAnswer,
  unclear,
  verdictsInBoth,
} from './made-up.ts';

const judgeAffinity = verdictsInBoth(analyseAffinity, { en: affinityWords, zh: affinityWordsZh });
const judgeSharedSession = verdictsInBoth(analyseSharedSession, { en: sharedSessionWords, zh: sharedSessionWordsZh });
const judgeNodeDeath = verdictsInBoth(analyseNodeDeath, { en: nodeDeathWords, zh: nodeDeathWordsZh });
const judgeNodeRestart = verdictsInBoth(analyseNodeRestart, { en: nodeRestartWords, zh: nodeRestartWordsZh });

describe('1.1 on a target', () => {
  const seen = (server: string | null, answer: MadeUpAnswer = known) => ({ ...answer, server });
  const base: AffinityObservations = {
    nodes: ['node-1', 'node-2'],
    policy: 'round-robin',
    told: 'answer',
    single: [seen('node-1'), seen('node-1')],
    clients: ['node-1', 'node-2'],
  };
  const of = (changes: Partial<AffinityObservations>) => judgeAffinity({ ...base, ...changes });

  test('one client, one node', () => {
    expect(of({}).H1).toBe('confirmed');
    expect(of({ single: [seen('node-1'), seen('node-2')] }).H1).toBe('refuted');
    expect(of({ single: [seen('node-1'), seen(null, late)] }).H1).toBe('undecided');
    expect(of({ single: [] }).H1).toBe('undecided');
  });

  test('many clients, many nodes', () => {
    const oneNode = Array.from({ length: 12 }, () => 'node-1');
    expect(of({}).H2).toBe('confirmed');
    expect(of({ clients: oneNode }).H2).toBe('refuted');
    expect(of({ clients: oneNode.slice(0, 9) }).H2).toBe('undecided');
    // Behind another balancer all our clients have one address.
    expect(of({ clients: oneNode, policy: null }).H2).toBe('undecided');
    expect(of({ clients: [null, null] }).H2).toBe('undecided');
  });

  test('stays logged in', () => {
    expect(of({}).H3).toBe('confirmed');
    expect(of({ single: [seen('node-1'), seen('node-2', loggedOut)] }).H3).toBe('refuted');
    expect(of({ single: [seen('node-1'), seen('node-1', failed)] }).H3).toBe('undecided');
  });
});

describe('1.2 on a target', () => {
  const of = (...trials: MadeUpAnswer[][]) =>
    judgeSharedSession({
      direct: { statuses: (trials[0] ?? []).map(({ status }) => status) },
      trials: trials.map((answers, index) => ({ owner: `node-${index + 1}`, answers: fromNodes(answers) })),
    });

  test('shared, isolated, or in part', () => {
    expect(of([known, known], [known, known])).toEqual({ H1: 'confirmed', H2: 'confirmed', H3: 'confirmed' });
    expect(of([known, loggedOut], [known, loggedOut])).toEqual({ H1: 'confirmed', H2: 'refuted', H3: 'confirmed' });
    expect(of([known, loggedOut], [known, known]).H2).toBe('conditional');
    expect(of([loggedOut, known]).H1).toBe('refuted');
  });

  test('another user, or no clear answer', () => {
    expect(of([known, another])).toEqual({ H1: 'confirmed', H2: 'refuted', H3: 'refuted' });
    for (const answer of [failed, unclear, late]) {
      expect(of([known, answer])).toEqual({ H1: 'confirmed', H2: 'undecided', H3: 'undecided' });
    }
  });
});

describe('1.3 on a target', () => {
  const session = (answers: readonly MadeUpAnswer[], ageMs = 50) => ({ answers: fromNodes(answers), ageMs });
  const base: NodeDeathObservations = {
    ttlMs: 4000,
    victim: 'node-1',
    living: ['node-2', 'node-3'],
    sessions: [session([known, known])],
    balanced: [{ ...known, durationMs: 2 }],
    newLogin: { login: 303, ...known },
  };
  const of = (changes: Partial<NodeDeathObservations>) => judgeNodeDeath({ ...base, ...changes });

  test('sessions live on or not', () => {
    expect(of({}).H1).toBe('confirmed');
    expect(of({ sessions: [session([known, known]), session([loggedOut, loggedOut])] }).H1).toBe('refuted');
    expect(of({ sessions: [session([known, failed])] }).H1).toBe('undecided');
  });

  test('a session that may have come to its own end decides nothing', () => {
    const old = [session([loggedOut, loggedOut], 2500)];
    expect(of({ sessions: old }).H1).toBe('undecided');
    expect(of({ sessions: old, ttlMs: 60_000 }).H1).toBe('refuted');
    expect(of({ sessions: old, ttlMs: null }).H1).toBe('refuted');
    expect(of({ sessions: [session([known], 2500)] }).H1).toBe('confirmed');
  });

  test('the balancer answers, fails, or is not there', () => {
    expect(of({ balanced: [{ ...loggedOut, durationMs: 2 }] }).H2).toBe('confirmed');
    expect(
      of({
        balanced: [
          { ...known, durationMs: 2 },
          { ...failed, durationMs: 900 },
        ],
      }).H2,
    ).toBe('refuted');
    expect(of({ balanced: null }).H2).toBe('not-run');
  });

  test('a user can log in or not', () => {
    expect(of({}).H3).toBe('confirmed');
    expect(of({ newLogin: { login: 503, ...failed } }).H3).toBe('refuted');
    expect(of({ newLogin: { login: 429, ...unclear } }).H3).toBe('undecided');
  });
});

describe('3.1 on a target', () => {
  const of = (after: MadeUpAnswer, ageMs = 300, newLogin = known) =>
    judgeNodeRestart({
      ttlMs: 4000,
      node: 'node-1',
      restartMs: ageMs,
      ageMs,
      after,
      newLogin: { login: 200, ...newLogin },
    });

  test('known after the restart or not', () => {
    expect(of(known)).toEqual({ H1: 'confirmed', H2: 'confirmed' });
    expect(of(loggedOut).H1).toBe('refuted');
    expect(of(failed).H1).toBe('undecided');
    expect(of(known, 300, loggedOut).H2).toBe('refuted');
  });

  test('a restart that took as long as a session lives decides nothing', () => {
    expect(of(loggedOut, 3000).H1).toBe('undecided');
    expect(of(known, 3000).H1).toBe('confirmed');
  });
});
