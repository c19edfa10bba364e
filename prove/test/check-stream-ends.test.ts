/** Appends and ends of events: each broken promise is found in made-up ledgers, and nothing where none is broken. */
import { describe, expect, it } from 'vitest';
import {
  acked,
  append,
  brokenOff,
  call,
  check,
  event,
  failed,
  others,
  process,
  rules,
  struck,
  trimmed,
} from './made-up-stream-round.ts';

describe('a round of the streams in which all promises were kept', () => {
  it('has no violations', () => {
    expect(check({})).toMatchObject({ stored: 1, lost: 0, stuck: 0, ambiguous: 0, trimmed: 1, violations: [] });
  });

  it('may have an event that was stored by an append without an answer, and one that was not', () => {
    const producers = [
      process('p', [
        [0, { event: 'asked', name: 'a' }],
        [1, { event: 'ambiguous', name: 'a' }],
        [2, { event: 'asked', name: 'b' }],
        [3, { event: 'ambiguous', name: 'b' }],
      ]),
    ];
    const findings = check({ producers, appends: [append(event('a')), append(event('b'))] });
    expect(findings).toMatchObject({ stored: 1, ambiguous: 2, ambiguousStored: 1, violations: [] });
    const repeated = check({ producers: [process('p', acked('a', '1-0', 'duplicate'))] });
    expect(repeated).toMatchObject({ ambiguous: 1, ambiguousStored: 1, violations: [] });
  });

  it.each(['business', 'fatal', 'exhausted'] as const)('may give up an event that is to end as %s', (end) => {
    const own = end === 'exhausted' ? call(10, 'counted') : failed(10, 'counted', 'buried');
    const workers = [process('w', [...others('plain', 'counted'), ...own, ...failed(10, 'plain', 'buried')])];
    const dead = [{ group: 'plain' as const, name: 'a', reason: end }];
    if (end !== 'exhausted') dead.push({ ...dead[0]!, group: 'counted' as never });
    const applied = new Map(end === 'exhausted' ? [['a', 1]] : []);
    expect(rules({ appends: [append(event('a', { end }))], workers, dead, applied })).toEqual([]);
  });

  it('may try an event again', () => {
    const again = [...failed(10, 'plain', 'retried'), ...call(80, 'plain', 'done', { deliveries: 2 })];
    expect(rules({ workers: [process('w', [...others('plain'), ...again])] })).toEqual([]);
  });
});

describe('of appends the checker finds', () => {
  it('one that was never answered', () => {
    const producers = [process('p', [[0, { event: 'asked', name: 'a' }]])];
    expect(rules({ producers })).toEqual(['never answered']);
  });

  it('an event that is there twice, seen by any group', () => {
    const workers = [process('w', [...others(), ...call(20, 'shared', 'done', { id: '2-0' })])];
    expect(check({ workers }).violations).toEqual([{ rule: 'appended twice', detail: 'a as 1-0 and 2-0' }]);
  });

  it('an event that nobody appended', () => {
    const workers = [process('w', [...others(), ...call(20, 'plain', 'done', { name: 'x', id: '2-0' })])];
    expect(rules({ workers })).toContain('unknown event');
  });

  it('a batch of which a part is there, or which lies in another order', () => {
    const unanswered = [process('p', [...acked('a', '1-0'), [2, { event: 'asked', name: 'b' }]])];
    const appends = [append(event('a'), event('b'))];
    expect(rules({ appends, producers: unanswered })).toContain('half a batch');
    const mixed = [process('p', [...acked('a', '1-0'), ...acked('b', '0-9')])];
    expect(rules({ appends, producers: mixed })).toContain('batch out of order');
  });

  it('an id that fell', () => {
    const producers = [process('p', [...acked('a', '1-0'), ...acked('b', '0-9')])];
    expect(rules({ appends: [append(event('a')), append(event('b'))], producers })).toContain('id fell');
  });
});

describe('of the ends of events the checker finds', () => {
  it('one that a group has lost, though all others have it', () => {
    const findings = check({ workers: [process('w', others('shared'))] });
    expect(findings).toMatchObject({
      lost: 1,
      violations: [{ rule: 'lost', detail: 'a in shared (still in the stream)' }],
    });
    // In its ledger the effect is there, in Redis it is not.
    expect(rules({ applied: new Map() })).toEqual(['left half done']);
  });

  it('one that was trimmed away before a group had it', () => {
    const findings = check({ workers: [process('w', others('ordered'))], kept: new Set() });
    expect(findings).toMatchObject({ lost: 1, violations: [{ rule: 'lost, and trimmed' }] });
    const waiting = { workers: [process('w', others('ordered'))], kept: new Set<string>(), drainedAt: undefined };
    expect(rules(waiting)).toEqual(['lost, and trimmed', 'not drained']);
  });

  it('one that is stuck', () => {
    const findings = check({ workers: [process('w', others('shared'))], drainedAt: undefined });
    expect(findings).toMatchObject({ lost: 0, stuck: 1 });
    expect(findings.violations.map(({ rule }) => rule)).toEqual(['stuck', 'not drained']);
  });

  it('one whose only handler was killed after its effect', () => {
    const workers = [process('w', [...others('plain'), ...brokenOff(10, 'plain')], 'killed')];
    expect(rules({ workers, faults: [struck('worker-kill', 'w', 12)] })).toEqual(['left half done']);
  });

  it('an effect by `once` that was applied twice', () => {
    expect(check({ applied: new Map([['a', 2]]) }).violations).toEqual([
      { rule: 'applied twice', detail: 'a 2 times' },
    ]);
  });

  it('one that was given up without cause, for another reason, twice, or though it was done', () => {
    const buried = [process('w', [...others('plain'), ...failed(10, 'plain', 'buried')])];
    const dead = { group: 'plain' as const, name: 'a', reason: 'exhausted' };
    expect(rules({ workers: buried, dead: [dead] })).toEqual(['given up without cause']);
    const fatal = [append(event('a', { end: 'exhausted' }))];
    expect(rules({ appends: fatal, workers: buried, dead: [{ ...dead, reason: 'consumer-lost' }] })).toEqual([]);
    expect(rules({ appends: fatal, workers: buried, dead: [{ ...dead, reason: 'fatal' }] })).toEqual([
      'given up for another reason',
    ]);
    expect(rules({ appends: fatal, workers: buried, dead: [dead, dead] })).toEqual(['given up twice']);
    expect(rules({ dead: [dead] })).toEqual(['done and given up', 'given up without cause']);
    expect(rules({ appends: fatal, dead: [dead] })).toEqual(['done and given up', 'effect of an event that fails']);
    expect(rules({ dead: [{ ...dead, name: 'x' }] })).toEqual(['unknown event']);
  });

  it('what is left when all is over', () => {
    expect(rules({ unforgotten: ['plain c'] })).toEqual(['consumer not forgotten']);
    expect(rules({ pendingAtEnd: ['1-0 in plain of c'] })).toEqual(['pending without a consumer']);
    expect(rules({ leakedKeys: ['k'] })).toEqual(['key left behind']);
    expect(rules({ untrimmed: 3 })).toEqual(['trimming held back']);
    const untrimmed = others().filter((line) => line !== trimmed);
    expect(rules({ workers: [process('w', untrimmed)] })).toEqual(['nothing trimmed']);
  });
});
