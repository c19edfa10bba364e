import { describe, expect, it } from 'vitest';
import type { SubjectName } from '../../src/experiments/comparison/subjects.ts';
import type { Json } from '../../src/results.ts';
import { type Compared, compareBy, type Measure, measuredIn } from '../../src/summary/measured.ts';
import { compareMemory, memoryOf, type UserMemory } from '../../src/summary/memory.ts';
import { summarySchemes } from '../../src/summary/schemes.ts';
import { denyList } from './made-up-behaviour.ts';
import { cost, denyListCost, type Figures, latency, throughput } from './made-up-measurements.ts';
import { madeUpResults, type Observed, usualBytes, usualCpuMs, usualListCpuMs } from './made-up-results.ts';

function compared(observed: Observed, measure: Measure, subject: SubjectName, baseline: SubjectName): Compared {
  return compareBy(measure, measuredIn(madeUpResults(observed).experiments), subject, baseline);
}

const listCost = (cpuMs: Figures, spread?: number) => ({ '3.3': denyList({ cost: denyListCost(cpuMs, spread) }) });

describe('a comparison of two schemes', () => {
  it('is taken from the experiment that measured both, with its interval', () => {
    const found = compared({ '4.2': throughput(usualCpuMs) }, 'cpu', 'redis', 'jwt');
    expect(found).toMatchObject({ outcome: 'higher', experiments: ['4.2'], through: null });
    if (!('ratio' in found)) throw new Error('There is a ratio.');
    expect(found.ratio.interval.estimate).toBeCloseTo(0.36 / 0.2, 1);
    expect(found.ratio.interval.low).toBeLessThan(1.8);
  });

  it('takes CPU under load before CPU of serial requests', () => {
    const reversed = { ...usualCpuMs, redis: 0.1 };
    const both = { '4.2': throughput(usualCpuMs), '4.3': cost(reversed, usualBytes) };
    expect(compared(both, 'cpu', 'redis', 'jwt')).toMatchObject({ outcome: 'higher', experiments: ['4.2'] });
    expect(compared({ '4.3': cost(reversed, usualBytes) }, 'cpu', 'redis', 'jwt')).toMatchObject({
      outcome: 'lower',
      experiments: ['4.3'],
    });
  });

  it('says equal within the margin, and undecided when the samples are too far apart', () => {
    const close = { ...usualCpuMs, redis: 0.202 };
    expect(compared({ '4.2': throughput(close) }, 'cpu', 'redis', 'jwt').outcome).toBe('equal');
    expect(compared({ '4.2': throughput(close, 0.6) }, 'cpu', 'redis', 'jwt').outcome).toBe('undecided');
  });

  it('joins two experiments of one method through what both measured', () => {
    const found = compared(
      { '4.3': cost(usualCpuMs, usualBytes), ...listCost(usualListCpuMs) },
      'cpu',
      'redis',
      'jwt-deny-list',
    );
    expect(found).toMatchObject({ outcome: 'higher', experiments: ['4.3', '3.3'], through: 'jwt' });
    if (!('ratio' in found)) throw new Error('There is a ratio.');
    expect(found.ratio).toMatchObject({ subject: 'redis', baseline: 'jwt-deny-list' });
    expect(found.ratio.interval.estimate).toBeCloseTo(0.36 / 0.25, 1);
  });

  it('makes the joined interval wider than both it is made of', () => {
    const observed = { '4.3': cost(usualCpuMs, usualBytes, 0.1), ...listCost(usualListCpuMs, 0.1) };
    const reach = (subject: SubjectName, baseline: SubjectName) => {
      const found = compared(observed, 'cpu', subject, baseline);
      if (!('ratio' in found)) throw new Error('There is a ratio.');
      return Math.log(found.ratio.interval.high / found.ratio.interval.low);
    };
    const [first, second] = [reach('redis', 'jwt'), reach('jwt-deny-list', 'jwt')];
    expect(reach('redis', 'jwt-deny-list')).toBeCloseTo(Math.hypot(first, second), 6);
  });

  it('does not join load with serial requests', () => {
    const observed = { '4.2': throughput(usualCpuMs), ...listCost(usualListCpuMs) };
    expect(compared(observed, 'cpu', 'redis', 'jwt-deny-list')).toEqual({ outcome: 'missing', experiments: ['4.3'] });
  });

  it('is not to be trusted when a control failed, in either of two experiments', () => {
    const failed = { ...usualCpuMs, 'sticky-again': 0.5 };
    expect(compared({ '4.2': throughput(failed) }, 'cpu', 'redis', 'jwt').outcome).toBe('control-failed');
    for (const observed of [
      { '4.3': cost(failed, usualBytes), ...listCost(usualListCpuMs) },
      { '4.3': cost(usualCpuMs, usualBytes), ...listCost({ ...usualListCpuMs, 'jwt-again': 0.5 }) },
    ]) {
      expect(compared(observed, 'cpu', 'redis', 'jwt-deny-list').outcome).toBe('control-failed');
    }
  });

  it('says what is missing, and when nothing would tell', () => {
    expect(compared({}, 'cpu', 'redis', 'jwt')).toEqual({ outcome: 'missing', experiments: ['4.2'] });
    expect(compared({}, 'cpu', 'redis', 'jwt-deny-list')).toEqual({ outcome: 'missing', experiments: ['4.3', '3.3'] });
    expect(compared({}, 'rate', 'redis', 'jwt-deny-list')).toEqual({ outcome: 'missing', experiments: [] });
    // A 3.3 of an older lab measured no cost.
    expect(compared({ '3.3': denyList() }, 'cpu', 'jwt-deny-list', 'jwt')).toEqual({
      outcome: 'missing',
      experiments: ['3.3'],
    });
  });

  it('says that there was too little to compare', () => {
    const { redis: _, ...without } = usualCpuMs;
    expect(compared({ '4.2': throughput(without) }, 'cpu', 'redis', 'jwt').outcome).toBe('too-few');
    const { 'sticky-again': __, ...uncontrolled } = usualCpuMs;
    expect(compared({ '4.2': throughput(uncontrolled) }, 'cpu', 'redis', 'jwt').outcome).toBe('too-few');
  });

  it('is not made of samples that no ratio can be made of', () => {
    const { experiments } = madeUpResults({ '4.2': throughput(usualCpuMs), '4.1': latency(usualCpuMs) });
    const { rounds } = throughput(usualCpuMs);
    const told = { '4.2': { rounds: [...rounds, ...rounds] }, '4.1': latency({ ...usualCpuMs, jwt: 0 }) };
    const measured = measuredIn(
      experiments.map((result) => ({ ...result, observations: told[result.id as '4.1' | '4.2'] as unknown as Json })),
    );
    expect(compareBy('cpu', measured, 'redis', 'jwt').outcome).toBe('too-few');
    expect(compareBy('latency', measured, 'sticky', 'jwt').outcome).toBe('too-few');
  });

  it.each(['4.1', '4.2', '4.3', '3.3'])('reads observations of %s that are not such as not measured', (id) => {
    const usual = { '4.1': latency(usualCpuMs), '4.2': throughput(usualCpuMs), ...listCost(usualListCpuMs) };
    const { experiments } = madeUpResults({ ...usual, '4.3': cost(usualCpuMs, usualBytes) });
    const samplesOf = (observations: Json) =>
      measuredIn(experiments.map((result) => (result.id === id ? { ...result, observations } : result)))
        .filter(({ experiment }) => experiment === id)
        .map(({ samples }) => samples);
    const half = { blocks: 'text', rounds: [{}], cpu: 7, memory: [null], cost: { blocks: [1] } };
    for (const observations of [null, 'text', [], {}, half]) {
      expect(new Set(samplesOf(observations))).toEqual(new Set([undefined]));
    }
  });
});

describe('memory per user', () => {
  const schemeOf = (id: string) => summarySchemes.find((scheme) => scheme.id === id)!;
  const memory = (bytes: Parameters<typeof cost>[1], id: string) =>
    memoryOf(madeUpResults({ '4.3': cost(usualCpuMs, bytes) }).experiments, schemeOf(id));
  const known = (bytes: Parameters<typeof cost>[1], id: string): UserMemory => {
    const found = memory(bytes, id);
    if (found.status !== 'known') throw new Error(`The memory of ${id} is known.`);
    return found.memory;
  };

  it('is the slope, in the heap or in Redis', () => {
    expect(known(usualBytes, 'sticky').bytesPerUser.slope).toBeCloseTo(1500, -2);
    expect(known(usualBytes, 'redis').bytesPerUser.slope).toBeCloseTo(400, -2);
    expect(known(usualBytes, 'sticky').mostUsers).toBe(2000);
  });

  it('is missing where it was not run, not told where the system is silent, and unknowable of others', () => {
    expect(memoryOf([], schemeOf('sticky'))).toEqual({ status: 'missing', experiments: ['4.3'] });
    expect(memory({ redis: 400 }, 'sticky')).toEqual({ status: 'not-told' });
    expect(memory(usualBytes, 'jwt-deny-list')).toEqual({ status: 'missing', experiments: [] });
  });

  it('is compared with the margin of all comparisons', () => {
    const [sticky, redis] = [known(usualBytes, 'sticky'), known(usualBytes, 'redis')];
    expect(compareMemory(redis, sticky)).toBe('lower');
    expect(compareMemory(sticky, redis)).toBe('higher');
    const near: UserMemory = {
      ...sticky,
      bytesPerUser: { ...sticky.bytesPerUser, interval: { low: 1490, high: 1520 } },
    };
    expect(compareMemory(near, { ...near, bytesPerUser: { ...near.bytesPerUser } })).toBe('equal');
    const vague: UserMemory = { ...sticky, bytesPerUser: { ...sticky.bytesPerUser, interval: null } };
    expect(compareMemory(vague, redis)).toBe('undecided');
    const perhapsNone: UserMemory = {
      ...sticky,
      bytesPerUser: { ...sticky.bytesPerUser, interval: { low: -9, high: 9 } },
    };
    expect(compareMemory(perhapsNone, sticky)).toBe('lower');
    expect(compareMemory(sticky, perhapsNone)).toBe('higher');
    expect(compareMemory(perhapsNone, perhapsNone)).toBe('undecided');
  });
});
