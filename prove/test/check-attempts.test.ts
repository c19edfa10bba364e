/** Repeats, order, fences and slots: each broken promise is found in made-up ledgers, and nothing where none is broken. */
import { describe, expect, it } from 'vitest';
import {
  attempt,
  brokenOff,
  check,
  everything,
  failed,
  type Line,
  nothing,
  process,
  rules,
  struck,
  task,
} from './made-up-round.ts';

const again = process('v', attempt(400, 'a', 2, 'done', 2));

describe('repeats', () => {
  it('are right when a killed worker had the task under way', () => {
    const findings = check({
      workers: [process('w', brokenOff(10, 'a', 1), 'killed'), again],
      faults: [struck('worker-kill', 'w', 12)],
    });
    expect(findings).toMatchObject({ duplicates: 1, duplicatesBound: 1, violations: [] });
    expect(findings.recovery).toEqual({ nextEffectMs: 389, begunAnewMs: 388, drainedMs: 988 });
  });

  it('are right when the worker had lost its lease, which is counted when no fault explains it', () => {
    const lapsed: Line[] = [...attempt(10, 'a', 1).slice(0, 3), [500, { event: 'lease-lost' }]];
    const workers = [process('w', [...lapsed, [501, { event: 'stale', id: 'a' }]]), again];
    const findings = { staleRefused: 1, duplicates: 1, duplicatesBound: 1, violations: [] };
    expect(check({ workers })).toMatchObject({ ...findings, unplannedLapses: 1 });
    const faults = [struck('worker-freeze', 'w', 11, 490)];
    expect(check({ workers, faults })).toMatchObject({ ...findings, unplannedLapses: 0 });
  });

  it('are not when nothing had hit the worker before', () => {
    const workers = [process('w', brokenOff(10, 'a', 1), 'killed'), again];
    expect(rules({ workers })).toEqual(['repeated without cause']);
    expect(rules({ workers, faults: [struck('worker-freeze', 'v', 12)] })).toEqual(['repeated without cause']);
    expect(rules({ workers, faults: [struck('worker-kill', 'w', 9)] })).toEqual(['repeated without cause']);
  });

  it('are not when the first end had been accepted, whatever hit the worker of the second', () => {
    const workers = [process('w', attempt(10, 'a', 1)), process('v', brokenOff(400, 'a', 2), 'killed')];
    expect(rules({ workers, faults: [struck('worker-kill', 'v', 402)] })).toEqual([
      'repeated without cause',
      'stale end accepted',
    ]);
    expect(rules({ workers, faults: [struck('link-reset', 'w', 11)] })).toContain('repeated without cause');
  });

  it('each need a cause of their own', () => {
    const workers = [
      process('w', brokenOff(10, 'a', 1), 'killed'),
      process('v', [...attempt(400, 'a', 2, 'stale', 2), ...attempt(800, 'a', 3, 'done', 3)]),
    ];
    const faults = [struck('worker-kill', 'w', 12)];
    expect(check({ workers, faults })).toMatchObject({ duplicates: 2, duplicatesBound: 1 });
    expect(rules({ workers, faults })).toEqual(['repeated without cause']);
    expect(rules({ workers, faults: [...faults, struck('worker-block', 'v', 401, 700)] })).toEqual([]);
  });

  it('of a queue without fences: what the broken worker was given it may begin until it is back', () => {
    const workers = [process('w', attempt(1_600, 'a', 1)), process('v', attempt(400, 'a', 2))];
    const faults = [struck('worker-freeze', 'w', 100, 580)];
    expect(check({ workers, faults, promises: nothing })).toMatchObject({ duplicates: 1, violations: [] });
    expect(check({ workers, faults, promises: nothing }).duplicatesBound).toBeUndefined();
    expect(rules({ workers, promises: nothing })).toEqual(['repeated without cause']);
    const late = [process('w', attempt(2_700, 'a', 1)), process('v', attempt(400, 'a', 2))];
    expect(rules({ workers: late, faults, promises: nothing })).toEqual(['repeated without cause']);
  });

  it('of a queue without fences: one that failed may be put back though another has done it', () => {
    const workers = [
      process('w', failed(10, 'a', 1, 'retried')),
      process('v', [...attempt(400, 'a', 2), ...attempt(800, 'a', 3)]),
    ];
    const tasks = [task('a', { failures: 1 })];
    const faults = [struck('worker-freeze', 'w', 10, 600)];
    expect(rules({ tasks, workers, faults, promises: nothing })).toEqual([]);
    expect(rules({ tasks, workers, promises: nothing })).toEqual(['repeated without cause']);
    expect(rules({ tasks, workers, faults })).toContain('repeated without cause');
  });
});

describe('order', () => {
  const tasks = [task('a', { key: 'k' }), task('b', { key: 'k' })];

  it('inside a key is kept', () => {
    const workers = [process('w', [...attempt(10, 'a', 1), ...attempt(20, 'b', 2)])];
    expect(rules({ tasks, workers })).toEqual([]);
  });

  it('inside a key is not kept, which counts only where it is promised', () => {
    const workers = [process('w', [...attempt(10, 'b', 1), ...attempt(20, 'a', 2)])];
    expect(rules({ tasks, workers })).toEqual(['out of order']);
    expect(rules({ tasks, workers, promises: { ...everything, keys: false } })).toEqual([]);
    expect(rules({ tasks: [task('a', { key: 'k' }), task('b', { key: 'l' })], workers })).toEqual([]);
  });

  it('inside a key is one after the other, not side by side', () => {
    const workers = [process('w', attempt(10, 'a', 1)), process('v', attempt(11, 'b', 2))];
    expect(rules({ tasks, workers })).toEqual(['begun too early']);
    const retried = [process('w', [...failed(10, 'a', 1, 'retried'), ...attempt(80, 'a', 3, 'done', 2)])];
    expect(rules({ tasks, workers: [...retried, process('v', attempt(30, 'b', 2))] })).toEqual(['out of order']);
    expect(rules({ tasks, workers: [...retried, process('v', attempt(90, 'b', 4))] })).toEqual([]);
  });

  it('is not broken by a worker that goes on after its lease, when another has ended the task', () => {
    const workers = [
      process('w', [...brokenOff(10, 'a', 1), [700, { event: 'returned', id: 'a', attempt: 1, fence: 1 }]], 'killed'),
      process('v', [...attempt(400, 'a', 2, 'done', 2), ...attempt(450, 'b', 3)]),
    ];
    expect(rules({ tasks, workers, faults: [struck('worker-freeze', 'w', 12, 690)] })).toEqual([]);
  });
});

describe('fences', () => {
  const frozen = [struck('worker-freeze', 'w', 11, 600)];

  it('refuse the end of a worker that does not hold the task any more', () => {
    const workers = [process('w', attempt(10, 'a', 1, 'stale')), again];
    expect(check({ workers, faults: frozen })).toMatchObject({ staleRefused: 1, violations: [] });
    expect(check({ workers, faults: frozen, promises: nothing }).staleRefused).toBeUndefined();
  });

  it('let one end through that they should refuse', () => {
    const first = process('w', attempt(10, 'a', 1));
    expect(rules({ workers: [first, process('v', attempt(400, 'a', 2, 'stale', 2))] })).toContain('stale end accepted');
    const found = rules({ workers: [first, again], faults: frozen });
    expect(found).toEqual(['repeated without cause', 'stale end accepted', 'done twice']);
    expect(rules({ workers: [first, again], faults: frozen, promises: { ...nothing, refusals: true } })).toContain(
      'done twice',
    );
    expect(rules({ workers: [first, again], faults: frozen, promises: nothing })).toEqual([]);
  });

  it('let a retry through that they should refuse', () => {
    const tasks = [task('a', { failures: 1 })];
    // It says that it failed when the task is another's already.
    const late: Line[] = [...failed(10, 'a', 1, 'retried').slice(0, 1), ...failed(499, 'a', 1, 'retried').slice(1)];
    const workers = [process('w', late), again];
    expect(rules({ tasks, workers, faults: frozen })).toEqual(['stale end accepted']);
  });

  it('are given once and rise', () => {
    const tasks = [task('a'), task('b')];
    const same = [process('w', [...attempt(10, 'a', 1), ...attempt(20, 'b', 1)])];
    expect(rules({ tasks, workers: same })).toEqual(['fence given twice']);
    const without = attempt(10, 'a', 1).map(([at, { ...entry }]): Line => {
      delete (entry as { fence?: number }).fence;
      return [at, entry];
    });
    expect(rules({ workers: [process('w', without)] })).toEqual(['no fence']);
    expect(rules({ workers: [process('w', without)], promises: nothing })).toEqual([]);
  });

  it('fall, by the number of the attempt and by time', () => {
    const byAttempt = [process('w', attempt(10, 'a', 5, 'stale')), process('v', attempt(400, 'a', 4, 'stale', 2))];
    expect(rules({ workers: byAttempt, faults: frozen })).toContain('fence fell');
    const byTime = [process('w', attempt(10, 'a', 5, 'stale')), process('v', attempt(400, 'a', 4))];
    expect(rules({ workers: byTime, faults: frozen })).toContain('fence fell');
  });
});

describe('what workers are told', () => {
  it('is the end of each attempt', () => {
    const silent = attempt(10, 'a', 1).slice(0, 3);
    expect(rules({ workers: [process('w', silent)] })).toEqual(['end not told']);
    // Not known of one that was killed, nor of a queue that tells nothing.
    expect(rules({ workers: [process('w', silent, 'killed')] })).toEqual([]);
    expect(rules({ workers: [process('w', silent)], promises: nothing })).toEqual([]);
  });

  it('is nothing else', () => {
    const twice: Line[] = [...attempt(10, 'a', 1), [20, { event: 'retried', id: 'a' }]];
    expect(rules({ workers: [process('w', twice)] })).toEqual(['told without an end']);
    const other = process('v', [[20, { event: 'done', id: 'a' }]]);
    expect(rules({ workers: [process('w', attempt(10, 'a', 1)), other] })).toEqual(['told without an end']);
    // A task that was taken ahead and not begun may have become another's.
    const ahead = process('v', [[20, { event: 'stale', id: 'a' }]]);
    expect(rules({ workers: [process('w', attempt(10, 'a', 1)), ahead] })).toEqual([]);
  });
});

describe('schedules', () => {
  const tick = (id: string, slotMs: number): Line => [slotMs + 3, { event: 'tick', id, schedule: 's', slotMs }];
  const slots = (lines: readonly Line[], more = {}) => {
    return check({ schedules: ['s'], workers: [process('w', [...attempt(10, 'a', 1), ...lines])], ...more });
  };
  const broken = (lines: readonly Line[], more = {}) => slots(lines, more).violations.map(({ rule }) => rule);

  it('fire once per slot; a task that is tried again is no firing', () => {
    const findings = slots([tick('x', 1_000), tick('y', 2_000), tick('y', 2_000)]);
    expect(findings).toMatchObject({ firings: 2, violations: [] });
  });

  it('fire twice in a slot, or not at all', () => {
    expect(broken([tick('x', 1_000), tick('y', 2_000), tick('z', 2_000)])).toEqual(['slot fired twice']);
    expect(broken([tick('x', 1_000)])).toEqual(['slot not fired']);
    expect(broken([], { promises: { ...everything, schedules: false } })).toEqual([]);
  });

  it('leave a slot out, which they may while something is broken', () => {
    expect(broken([tick('x', 1_000), tick('y', 3_000)])).toEqual(['slot left out']);
    const faults = [struck('worker-kill', 'v', 12)];
    expect(broken([tick('x', 1_000), tick('y', 3_000)], { faults })).toEqual([]);
  });
});
