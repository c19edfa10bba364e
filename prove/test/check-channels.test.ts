/** What subscribers got: each broken promise is found in made-up ledgers, and nothing is found where none is broken. */
import { describe, expect, it } from 'vitest';
import { check, got, keptOnes, type Line, process, published, rules, seenBy, struck } from './made-up-channel-round.ts';

const toldOf = (n: number): Line => [10 * n, { event: 'got', name: `m${n}`, id: `${n}-0`, afterGap: true }];
const gap = (at: number, after: string, reason = 'trimmed'): Line => [at, { event: 'gap', reason, after }];

describe('a round of a channel in which all promises were kept', () => {
  it('has no violations', () => {
    expect(check({})).toMatchObject({ published: 3, received: 3, missed: 0, twice: 0, gaps: 0, violations: [] });
  });

  it('may have a subscriber that was killed and went on after its last message', () => {
    const faults = [struck('worker-kill', 's', 12)];
    const lives = [process('s', got(1), 'killed'), process('s-again', got(2, 3))];
    const findings = check({ subscribers: [{ name: 's', lives }], faults });
    expect(findings).toMatchObject({ received: 3, violations: [] });
    expect(findings.recovery).toEqual({ nextMessageMs: 8, caughtUpMs: 988 });
  });

  it('may have messages of which nobody knew whether they were sent', () => {
    const unknown = (n: number): Line[] => [
      [n, { event: 'asked', name: `m${n}` }],
      [n + 0.5, { event: 'ambiguous', name: `m${n}` }],
    ];
    const publishers = [process('p', [...published(1, 2), ...unknown(3), ...unknown(4)])];
    expect(check({ publishers })).toMatchObject({ published: 3, ambiguous: 2, ambiguousSent: 1, violations: [] });
  });

  it('may tell that messages were removed, when as many came after them as are kept', () => {
    const round = {
      ...seenBy([...got(1), gap(25, '1-0'), toldOf(3)]),
      kept: keptOnes(3),
      maxLength: 1,
      isTrimmed: true,
    };
    expect(check(round)).toMatchObject({ received: 2, trimmed: 1, gaps: 1, missed: 0, violations: [] });
  });
});

describe('of what subscribers got the checker finds', () => {
  it('a message that was missed, in the middle or at the end', () => {
    expect(check(seenBy(got(1, 3)))).toMatchObject({ missed: 1, violations: [{ rule: 'missed', detail: 'm2 at s' }] });
    expect(rules(seenBy(got(1, 2)))).toEqual(['missed']);
    expect(rules({ ...seenBy(got(1, 2)), drainedAt: undefined })).toEqual(['missed', 'not drained']);
  });

  it('one that was kept, though nobody acknowledged it, and that was missed', () => {
    const publishers = [
      process('p', [...published(1, 2), [3, { event: 'asked', name: 'm3' }], [4, { event: 'ambiguous', name: 'm3' }]]),
    ];
    expect(rules({ publishers, ...seenBy(got(1, 2)) })).toEqual(['missed']);
  });

  it('one that came twice, also to a second life', () => {
    expect(check(seenBy(got(1, 2, 2, 3)))).toMatchObject({ twice: 1, violations: [{ rule: 'twice' }] });
    expect(rules(seenBy(got(1, 2), got(2, 3)))).toEqual(['twice']);
  });

  it('some that were out of order', () => {
    expect(rules(seenBy(got(1, 3, 2)))).toEqual(['out of order']);
  });

  it('a gap where nothing had been removed, or could have been by then', () => {
    const told = [...got(1), gap(25, '1-0'), toldOf(3)];
    expect(rules(seenBy(told))).toEqual(['gap without cause', 'missed']);
    expect(rules({ ...seenBy(told), maxLength: 2 })).toEqual(['gap without cause', 'missed']);
    const early = [...got(1), gap(2.5, '1-0'), toldOf(3)];
    expect(rules({ ...seenBy(early), maxLength: 1 })).toEqual(['gap without cause', 'missed']);
    expect(rules({ ...seenBy([...got(1), gap(15, '1-0'), toldOf(2), ...got(3)]), maxLength: 1 })).toEqual([
      'gap without cause',
    ]);
    const reset = [...got(1), gap(25, '1-0', 'reset'), toldOf(3)];
    expect(rules({ ...seenBy(reset), maxLength: 1 })).toEqual(['gap without cause', 'missed']);
  });

  it('a gap that was told in another place, or not with the next message, and a message that told of none', () => {
    const misplaced = [...got(1), gap(25, '0-1'), toldOf(3)];
    expect(rules({ ...seenBy(misplaced), maxLength: 1 })).toContain('gap in the wrong place');
    const silent = [...got(1), gap(25, '1-0'), ...got(3)];
    expect(rules({ ...seenBy(silent), maxLength: 1 })).toEqual(['gap not told with the message']);
    expect(rules(seenBy([...got(1), toldOf(2), ...got(3)]))).toEqual(['gap not told with the message']);
  });

  it('a subscription that names another last message than it gave', () => {
    expect(rules(seenBy([...got(1, 2), [25, { event: 'left', lastId: '2-0' }], ...got(3)]))).toEqual([]);
    expect(rules(seenBy([...got(1, 2), [25, { event: 'left', lastId: '1-0' }], ...got(3)]))).toEqual(['wrong last id']);
  });
});

describe('of what was published the checker finds', () => {
  it('a message that was published twice by one call', () => {
    const again: Line = [40, { event: 'got', name: 'm3', id: '4-0', afterGap: false }];
    expect(rules(seenBy([...got(1, 2, 3), again]))).toEqual(['published twice']);
  });

  it('one that nobody published, one that was never answered, and an id that fell', () => {
    expect(rules({ kept: keptOnes(1, 2, 3, 4), ...seenBy(got(1, 2, 3, 4)) })).toEqual(['unknown message']);
    const asked: Line = [4, { event: 'asked', name: 'm4' }];
    expect(rules({ publishers: [process('p', [...published(1, 2, 3), asked])] })).toEqual(['never answered']);
    expect(rules({ publishers: [process('p', published(2, 1, 3))] })).toEqual(['id fell']);
  });

  it('another message under the same id', () => {
    expect(rules({ kept: new Map([...keptOnes(1, 2), ['3-0', 'm2']]) })).toEqual([
      'id of two messages',
      'published twice',
    ]);
  });

  it('what is left when all is over, and a round that was not what it was meant to be', () => {
    expect(rules({ leftSubscriptions: ['c'] })).toEqual(['subscription left behind']);
    expect(rules({ leakedKeys: ['k'] })).toEqual(['key left behind']);
    expect(rules({ isTrimmed: true })).toEqual(['nothing trimmed']);
    expect(rules({ planned: ['link-reset'] })).toEqual(['fault did not strike']);
    const died = { subscribers: [{ name: 's', lives: [process('s', got(1, 2, 3), 'died')] }] };
    expect(rules(died)).toEqual(['process died']);
    const many = Array.from({ length: 202 }, (_, n) => n + 1);
    const publishers = [process('p', published(...many))];
    const round = { publishers, ...seenBy(got(...many)), kept: keptOnes(...many), maxLength: 1 };
    expect(rules(round)).toEqual(['kept too much']);
  });
});
