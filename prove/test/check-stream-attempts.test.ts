/** Repeats, refusals and order in groups: each broken promise is found in made-up ledgers, and nothing where none is broken. */
import { describe, expect, it } from 'vitest';
import {
  acked,
  append,
  brokenOff,
  call,
  check,
  event,
  type Line,
  others,
  process,
  rules,
  struck,
} from './made-up-stream-round.ts';

const again = process('v', call(400, 'plain', 'done', { deliveries: 2 }));
const slow: Line = [450, { event: 'slow', forMs: 350 }];

describe('effects without `once` that come again', () => {
  it('are right when a killed consumer had the event under way', () => {
    const workers = [process('w', [...others('plain'), ...brokenOff(10, 'plain')], 'killed'), again];
    const findings = check({ workers, faults: [struck('worker-kill', 'w', 12)] });
    // The other groups' calls were under way as well, and were accepted.
    expect(findings).toMatchObject({ duplicates: 1, duplicatesBound: 1, violations: [] });
    expect(findings.recovery).toMatchObject({ nextEffectMs: 389, begunAnewMs: 388 });
  });

  it('are right when it was claimed from a consumer that was hit, or stood still by itself, which is counted', () => {
    const claimed = [
      ...others('plain'),
      ...call(10, 'plain').slice(0, 3),
      [500, { event: 'stale', group: 'plain', id: '1-0' }],
    ];
    const faults = [struck('worker-freeze', 'w', 11, 490)];
    const found = { staleRefused: 1, duplicates: 1, duplicatesBound: 1, violations: [] };
    expect(check({ workers: [process('w', claimed as Line[]), again], faults })).toMatchObject({
      ...found,
      unplannedClaims: 0,
    });
    const standing = [process('w', [...(claimed as Line[]), slow]), again];
    expect(check({ workers: standing })).toMatchObject({ ...found, unplannedClaims: 1 });
    expect(rules({ workers: [process('w', claimed as Line[]), again] })).toEqual(['claimed without cause']);
  });

  it('are not when nothing had hit the consumer before', () => {
    const workers = [process('w', [...others('plain'), ...brokenOff(10, 'plain')], 'killed'), again];
    expect(rules({ workers })).toEqual(['repeated without cause']);
    expect(rules({ workers, faults: [struck('worker-freeze', 'v', 12)] })).toEqual(['repeated without cause']);
    expect(rules({ workers, faults: [struck('worker-kill', 'w', 9)] })).toEqual(['repeated without cause']);
  });

  it('are not when the first end had been accepted, whatever hits the consumer of the second', () => {
    const workers = [process('w', others()), process('v', brokenOff(400, 'plain', { deliveries: 2 }), 'killed')];
    expect(rules({ workers })).toEqual(['begun after its end', 'repeated without cause']);
    expect(rules({ workers, faults: [struck('worker-kill', 'v', 402)] })).toEqual(['begun after its end']);
    // One that stood still may begin what it was given before.
    expect(rules({ workers, faults: [struck('worker-block', 'v', 300, 402)] })).toEqual([]);
  });

  it('do not count where `once` held them back', () => {
    const mark = { group: 'counted' as const, id: '1-0', name: 'a', deliveries: 2 };
    const second: Line[] = [
      [400, { event: 'started', ...mark }],
      [401, { event: 'effect', applied: false, ...mark }],
      [402, { event: 'returned', ...mark }],
      [404, { event: 'done', group: 'counted', id: '1-0' }],
    ];
    const workers = [process('w', [...others('counted'), ...brokenOff(10, 'counted')], 'killed'), process('v', second)];
    const findings = check({ workers, faults: [struck('worker-kill', 'w', 12)] });
    expect(findings).toMatchObject({ duplicates: 0, duplicatesBound: 0, heldBack: 1, violations: [] });
  });
});

describe('of what consumers are told the checker finds', () => {
  it('an end that was not told', () => {
    const workers = [process('w', [...others('plain'), ...call(10, 'plain').slice(0, 3)])];
    expect(rules({ workers })).toEqual(['end not told']);
  });

  it('an end that was accepted twice', () => {
    const workers = [process('w', others()), process('v', call(11, 'shared', 'done', { deliveries: 2 }))];
    const faults = [struck('link-reset', 'w', 10, 20), struck('link-reset', 'v', 10, 20)];
    expect(rules({ workers, faults })).toEqual(['repeated without cause', 'done twice', 'stale end accepted']);
    const late = [process('w', others()), process('v', call(11, 'shared', 'stale'))];
    expect(rules({ workers: late, faults: [struck('worker-freeze', 'v', 5, 10)] })).toEqual([]);
  });
});

describe('a group with one consumer and one handler', () => {
  const two = {
    appends: [append(event('a')), append(event('b'))],
    producers: [process('p', [...acked('a', '1-0'), ...acked('b', '1-1')])],
    applied: new Map([
      ['a', 1],
      ['b', 1],
    ]),
  };
  const second = { name: 'b', id: '1-1' };
  const rest = [
    ...others('ordered'),
    ...(['counted', 'plain', 'shared'] as const).flatMap((group) => call(50, group, 'done', second)),
  ];

  it('handles its events one after the other', () => {
    const inOrder = [...rest, ...call(10, 'ordered'), ...call(20, 'ordered', 'done', second)];
    expect(rules({ ...two, workers: [process('w', inOrder)] })).toEqual([]);
    const fallen = [...rest, ...call(10, 'ordered', 'done', second), ...call(20, 'ordered')];
    expect(rules({ ...two, workers: [process('w', fallen)] })).toEqual(['out of order']);
    const tooEarly = [...rest, ...call(10, 'ordered'), ...call(11, 'ordered', 'done', second)];
    expect(rules({ ...two, workers: [process('w', tooEarly)] })).toEqual(['begun too early']);
  });

  it('is two, when one could not say that it left', () => {
    const workers = [process('w', [...rest, ...call(10, 'ordered', 'done', second), ...call(20, 'ordered')])];
    const faults = [struck('link-reset', 'x', 5)];
    expect(rules({ ...two, workers, faults, isChanging: true })).toEqual([]);
    expect(rules({ ...two, workers, isChanging: true })).toEqual(['out of order']);
  });
});
