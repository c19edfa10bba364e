/** What became of tasks: each broken promise is found in made-up ledgers, and nothing is found where none is broken. */
import { describe, expect, it } from 'vitest';
import { attempt, brokenOff, check, failed, nothing, process, rules, stored, struck, task } from './made-up-round.ts';

describe('a round in which all promises were kept', () => {
  it('has no violations', () => {
    expect(check({})).toMatchObject({ stored: 1, lost: 0, stuck: 0, ambiguous: 0, violations: [], histories: {} });
  });

  it('may find a task known already that was added by an add without answer', () => {
    const producers = [process('p', stored('a', 'duplicate'))];
    expect(check({ producers })).toMatchObject({ stored: 1, ambiguous: 1, violations: [] });
  });

  it.each([
    ['business', 'business'],
    ['fatal', 'dead'],
    ['exhausted', 'dead'],
  ] as const)('may give up a task that is to end as %s', (end, shelf) => {
    const workers = [process('w', failed(10, 'a', 1, 'buried'))];
    expect(rules({ tasks: [task('a', { end })], workers, shelves: [{ id: 'a', shelf }] })).toEqual([]);
  });

  it('may try a task again', () => {
    const workers = [process('w', [...failed(10, 'a', 1, 'retried'), ...attempt(80, 'a', 2, 'done', 2)])];
    expect(rules({ tasks: [task('a', { failures: 1 })], workers })).toEqual([]);
  });
});

describe('of the ends of tasks the checker finds', () => {
  it('one that is lost: neither done, nor given up, nor in Redis', () => {
    expect(check({ workers: [] })).toMatchObject({
      lost: 1,
      stuck: 0,
      violations: [{ rule: 'lost', detail: 'a (in Redis: nowhere)' }],
    });
  });

  it('one that is lost though Redis knows it, as done', () => {
    const whereabouts = new Map([['a', { keys: ['q:completed'], isHeld: false }]]);
    const findings = check({ workers: [], whereabouts });
    expect(findings.violations).toEqual([{ rule: 'lost', detail: 'a (in Redis: q:completed)' }]);
    expect(findings.histories.a).toEqual(['0.0 p asked {"at":0,"id":"a"}', expect.stringContaining('p acked')]);
  });

  it('one that is stuck in the queue', () => {
    const whereabouts = new Map([['a', { keys: ['q:waiting'], isHeld: true }]]);
    const findings = check({ workers: [], whereabouts, drainedAt: undefined });
    expect(findings).toMatchObject({ lost: 0, stuck: 1 });
    expect(findings.violations.map(({ rule }) => rule)).toEqual(['stuck', 'not drained']);
  });

  it('one that was to fail, and is on no shelf', () => {
    const workers = [process('w', failed(10, 'a', 1, 'buried'))];
    expect(rules({ tasks: [task('a', { end: 'fatal' })], workers })).toEqual(['lost']);
  });

  it('one whose only handler was killed after its effect', () => {
    const workers = [process('w', brokenOff(10, 'a', 1), 'killed')];
    expect(rules({ workers, faults: [struck('worker-kill', 'w', 12)] })).toEqual(['left half done']);
  });

  it('an add that was never answered', () => {
    const producers = [process('p', [[1, { event: 'asked', id: 'a' }]])];
    expect(rules({ producers })).toEqual(['never answered']);
    // One that was not answered may have been stored, and so may be worked on; or not, which is no loss.
    expect(rules({ producers, workers: [] })).toEqual(['never answered']);
  });

  it('a unique id that was added twice', () => {
    expect(rules({ producers: [process('p', [...stored('a'), ...stored('a')])] })).toEqual(['added twice']);
    expect(rules({ producers: [process('p', [...stored('a'), ...stored('a', 'duplicate')])] })).toEqual([]);
  });

  it('a task that nobody added, in a worker and on a shelf', () => {
    const workers = [process('w', [...attempt(10, 'a', 1), ...failed(20, 'x', 2, 'buried')])];
    expect(rules({ workers })).toEqual(['unknown task']);
    expect(rules({ shelves: [{ id: 'x', shelf: 'dead' }] })).toEqual(['unknown task']);
  });

  it('a task that is done and given up, which it had no cause to be', () => {
    expect(rules({ shelves: [{ id: 'a', shelf: 'dead' }] })).toEqual(['done and given up', 'given up without cause']);
    const workers = [process('w', failed(10, 'a', 1, 'buried'))];
    expect(rules({ workers, shelves: [{ id: 'a', shelf: 'dead' }] })).toEqual(['given up without cause']);
  });

  it('a task that was given up twice, or on the wrong shelf', () => {
    const tasks = [task('a', { end: 'fatal' })];
    const workers = [process('w', failed(10, 'a', 1, 'buried'))];
    const dead = { id: 'a', shelf: 'dead' } as const;
    const business = { id: 'a', shelf: 'business' } as const;
    expect(rules({ tasks, workers, shelves: [dead, dead] })).toEqual(['given up twice']);
    expect(rules({ tasks, workers, shelves: [business] })).toEqual(['on the wrong shelf']);
    expect(rules({ tasks, workers, shelves: [business], promises: nothing })).toEqual([]);
  });

  it('an effect of a task that fails', () => {
    const tasks = [task('a', { end: 'fatal' })];
    const shelves = [{ id: 'a', shelf: 'dead' }] as const;
    const workers = [process('w', [...attempt(10, 'a', 1, 'retried'), ...failed(80, 'a', 2, 'buried', 2)])];
    expect(rules({ tasks, workers, shelves })).toEqual(['effect of a task that fails']);
  });
});

describe('of the round itself the checker finds', () => {
  it('a fault that was planned and did not strike, or broke nothing', () => {
    const fault = struck('link-reset', 'w', 5);
    expect(rules({ planned: ['link-reset'] })).toEqual(['fault did not strike']);
    expect(rules({ faults: [{ ...fault, traces: 0 }] })).toEqual(['fault did not strike']);
    expect(rules({ faults: [fault] })).toEqual([]);
    expect(rules({ faults: [fault], planned: ['link-reset', 'link-reset'] })).toEqual(['fault did not strike']);
  });

  it('a process that died of something else, and a worker that had to be ended', () => {
    const lines = attempt(10, 'a', 1);
    expect(rules({ workers: [process('w', lines, 'died')] })).toEqual(['process died']);
    expect(rules({ workers: [process('w', lines, 'hung')] })).toEqual(['worker did not close']);
    expect(rules({ workers: [process('w', lines, 'killed')] })).toEqual([]);
    expect(rules({ producers: [process('p', stored('a'), 'died')] })).toEqual(['process died']);
  });

  it('a queue that was not drained, and keys that were left behind', () => {
    expect(rules({ drainedAt: undefined })).toEqual(['not drained']);
    expect(rules({ leakedKeys: ['k'] })).toEqual(['key left behind']);
  });
});
