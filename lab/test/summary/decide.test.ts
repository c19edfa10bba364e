import { describe, expect, it } from 'vitest';
import type { Criterion } from '../../src/summary/applications.ts';
import { type CostComparison, type Costs, type Decision, decide } from '../../src/summary/decide.ts';
import { type Answer, type Feature, features, type Known, wantedAnswer } from '../../src/summary/facts.ts';
import type { SchemeFacts, SchemeId } from '../../src/summary/schemes.ts';

/** An answer; the id of the experiment that would give it; or nothing when none would. */
type Told = Answer | '1.2' | '2.1' | '3.1' | 'unknowable';

function known(told: Told): Known {
  if (told === 'unknowable') return { status: 'missing', experiments: [] };
  if (/^\d/.test(told)) return { status: 'missing', experiments: [told] };
  const fact = { answer: told as Answer, evidence: { kind: 'statuses', statuses: [200] }, inferred: false } as const;
  return { status: 'known', experiment: '9.9', fact };
}

/** A scheme that has all there is to want, but for what is said. */
function scheme(id: SchemeId, but: Partial<Record<Feature, Told>> = {}): SchemeFacts {
  const all = features.map((feature) => [feature, known(but[feature] ?? (wantedAnswer[feature] as Told))]);
  return { scheme: id, known: Object.fromEntries(all) as Record<Feature, Known> };
}

type Outcome = 'lower' | 'higher' | 'equal' | 'undecided' | readonly string[];

/** @param told By `first/second`; the list of missing experiments when it is not known. */
function costs(told: Readonly<Record<string, Outcome>>): Costs<string> {
  const compare =
    (by: string) =>
    (one: SchemeId, other: SchemeId): CostComparison<string> => {
      const outcome = told[`${by} ${one}/${other}`] ?? [];
      return typeof outcome === 'string' ? { outcome, detail: by } : { outcome: 'missing', experiments: outcome };
    };
  return { cpu: compare('cpu'), memory: compare('memory') };
}

function decided(
  schemes: readonly SchemeFacts[],
  { requires = [], weighs = [] }: { readonly requires?: readonly Feature[]; readonly weighs?: readonly Criterion[] },
  told: Readonly<Record<string, Outcome>> = {},
): Decision<string> {
  return decide({ requires, weighs }, schemes, costs(told));
}

const short = ({ outcome, schemes }: Decision<string>): string => [outcome, ...schemes].join(' ');

describe('what is required', () => {
  it('rules out a scheme by the first thing it does not have, with the fact', () => {
    const decision = decided([scheme('sticky', { shared: 'no', logout: 'no' }), scheme('redis')], {
      requires: ['shared', 'logout'],
    });
    expect(short(decision)).toBe('one redis');
    expect(decision.excluded).toMatchObject([{ scheme: 'sticky', feature: 'shared', experiment: '9.9' }]);
    expect(decision.met.map(({ scheme: of, feature }) => `${of} ${feature}`)).toEqual(['redis shared', 'redis logout']);
  });

  it('rules out who has it only partly', () => {
    expect(short(decided([scheme('redis', { logout: 'partly' }), scheme('jwt')], { requires: ['logout'] }))).toBe(
      'one jwt',
    );
  });

  it('wants a no where a yes speaks against a scheme', () => {
    const schemes = [scheme('redis', { dependsOnService: 'yes' }), scheme('jwt')];
    expect(short(decided(schemes, { requires: ['dependsOnService'] }))).toBe('one jwt');
  });

  it('may leave none', () => {
    const schemes = [scheme('sticky', { shared: 'no' }), scheme('jwt', { logout: 'no' })];
    expect(short(decided(schemes, { requires: ['shared', 'logout'] }))).toBe('none');
  });

  it('follows the data where they contradict the usual wisdom', () => {
    const rules = { requires: ['shared', 'logout'] } as const;
    const usual = [scheme('sticky', { shared: 'no' }), scheme('redis'), scheme('jwt', { logout: 'no' })];
    expect(short(decided(usual, rules))).toBe('one redis');
    const reversed = [scheme('sticky'), scheme('redis', { logout: 'no' }), scheme('jwt', { logout: 'no' })];
    expect(short(decided(reversed, rules))).toBe('one sticky');
  });
});

describe('what is not known', () => {
  it('leaves it undecided, with what would have to be run', () => {
    const decision = decided([scheme('redis'), scheme('jwt', { shared: '3.1', logout: '2.1' })], {
      requires: ['shared', 'logout'],
    });
    expect(short(decision)).toBe('undecided redis jwt');
    expect(decision.missing).toEqual(['2.1', '3.1']);
  });

  it('does not matter of a scheme that is out already', () => {
    const schemes = [scheme('redis'), scheme('jwt', { shared: '3.1', logout: 'no' })];
    const decision = decided(schemes, { requires: ['shared', 'logout'] });
    expect(short(decision)).toBe('one redis');
    expect(decision.missing).toEqual([]);
  });

  it('does not matter where it is not required', () => {
    expect(short(decided([scheme('redis', { logout: '2.1' })], { requires: ['shared'] }))).toBe('one redis');
  });

  it('asks again for an answer that was not clear', () => {
    const decision = decided([scheme('redis', { shared: 'unclear' })], { requires: ['shared'] });
    expect(short(decision)).toBe('undecided redis');
    expect(decision.missing).toEqual(['9.9']);
  });

  it('leaves out, and says so, what no experiment of the lab tells', () => {
    const decision = decided([scheme('sticky', { logout: 'unknowable' }), scheme('redis')], { requires: ['logout'] });
    expect(short(decision)).toBe('one redis');
    expect(decision.unknowable).toEqual([{ scheme: 'sticky', feature: 'logout' }]);
  });
});

describe('what is weighed', () => {
  const two = [scheme('redis'), scheme('jwt')];
  const weighs = ['cpu', 'memory'] as const;

  it('prefers the cheaper, in either order', () => {
    expect(short(decided(two, { weighs }, { 'cpu redis/jwt': 'higher' }))).toBe('one jwt');
    expect(short(decided(two, { weighs }, { 'cpu redis/jwt': 'lower' }))).toBe('one redis');
  });

  it.each(['equal', 'undecided'] as const)('looks at the next when the first is %s', (first) => {
    const told = { 'cpu redis/jwt': first, 'memory redis/jwt': 'lower' } as const;
    const decision = decided(two, { weighs }, told);
    expect(short(decision)).toBe('one redis');
    expect(decision.weighed.map(({ by }) => by)).toEqual(['cpu', 'memory']);
  });

  it('looks at nothing more once one is left', () => {
    const decision = decided(two, { weighs }, { 'cpu redis/jwt': 'lower', 'memory redis/jwt': 'higher' });
    expect(short(decision)).toBe('one redis');
    expect(decision.weighed).toHaveLength(1);
  });

  it('takes either when nothing tells them apart', () => {
    expect(short(decided(two, { weighs }, { 'cpu redis/jwt': 'equal', 'memory redis/jwt': 'undecided' }))).toBe(
      'either redis jwt',
    );
    expect(short(decided(two, {}))).toBe('either redis jwt');
  });

  it('is undecided when a cost was not measured in this run', () => {
    const decision = decided(two, { weighs }, { 'cpu redis/jwt': ['4.2'] });
    expect(short(decision)).toBe('undecided redis jwt');
    expect(decision.missing).toEqual(['4.2']);
  });

  it('passes over a cost that no experiment measures, and says so', () => {
    const decision = decided(two, { weighs }, { 'cpu redis/jwt': [], 'memory redis/jwt': 'higher' });
    expect(short(decision)).toBe('one jwt');
    expect(decision.unweighed).toEqual(['cpu']);
  });

  it('drops of three what is clearly dearer than any of the others', () => {
    const three = [scheme('sticky'), ...two];
    const told = { 'cpu sticky/redis': 'equal', 'cpu sticky/jwt': 'undecided', 'cpu redis/jwt': 'higher' } as const;
    expect(short(decided(three, { weighs: ['cpu'] }, told))).toBe('either sticky jwt');
  });

  it('learns nothing from comparisons that go round in a circle', () => {
    const three = [scheme('sticky'), ...two];
    const told = { 'cpu sticky/redis': 'lower', 'cpu redis/jwt': 'lower', 'cpu sticky/jwt': 'higher' } as const;
    expect(short(decided(three, { weighs: ['cpu'] }, told))).toBe('either sticky redis jwt');
  });

  it('keeps those that have a feature, if any has', () => {
    const schemes = [scheme('sticky', { survivesRestart: 'no' }), scheme('jwt')];
    const decision = decided(schemes, { weighs: ['survivesRestart'] });
    expect(short(decision)).toBe('one jwt');
    expect(decision.weighed).toMatchObject([{ kept: [{ scheme: 'jwt' }], dropped: [{ scheme: 'sticky' }] }]);
    const none = schemes.map(({ scheme: id }) => scheme(id, { survivesRestart: 'no' }));
    expect(short(decided(none, { weighs: ['survivesRestart'] }))).toBe('either sticky jwt');
  });

  it('is undecided when a feature that is weighed was not measured in this run, or was not clear', () => {
    for (const told of ['1.2', 'unclear'] as const) {
      const schemes = [scheme('sticky', { survivesRestart: told }), scheme('jwt')];
      const decision = decided(schemes, { weighs: ['survivesRestart'] });
      expect(short(decision)).toBe('undecided sticky jwt');
      expect(decision.missing).toEqual([told === '1.2' ? '1.2' : '9.9']);
    }
  });

  it('passes over a feature that no experiment tells of all', () => {
    const schemes = [scheme('sticky', { logout: 'unknowable' }), scheme('jwt', { logout: 'no' })];
    const decision = decided(schemes, { weighs: ['logout', 'cpu'] }, { 'cpu sticky/jwt': 'higher' });
    expect(short(decision)).toBe('one jwt');
    expect(decision.unweighed).toEqual(['logout']);
  });
});
