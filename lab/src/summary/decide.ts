/** Decides between schemes by what was measured of them, and by nothing else. */
import type { Application, Criterion } from './applications.ts';
import { type Fact, type Feature, type Known, wantedAnswer } from './facts.ts';
import type { SchemeFacts, SchemeId } from './schemes.ts';

/** How the costs of two schemes compare. `experiments` of what is missing: none when the lab has none that tells. */
export type CostComparison<Detail> =
  | { readonly outcome: 'lower' | 'higher' | 'equal' | 'undecided'; readonly detail: Detail }
  | { readonly outcome: 'missing'; readonly experiments: readonly string[] };

export interface Costs<Detail> {
  readonly cpu: (scheme: SchemeId, other: SchemeId) => CostComparison<Detail>;
  readonly memory: (scheme: SchemeId, other: SchemeId) => CostComparison<Detail>;
}

/** A fact that spoke for or against a scheme. */
export interface Ground {
  readonly scheme: SchemeId;
  readonly feature: Feature;
  readonly experiment: string;
  readonly fact: Fact;
}

/** One step of the decision between schemes that have all that is needed. */
export type Weighed<Detail> =
  | { readonly by: Feature; readonly kept: readonly Ground[]; readonly dropped: readonly Ground[] }
  | { readonly by: 'cpu' | 'memory'; readonly pairs: readonly WeighedPair<Detail>[] };

interface WeighedPair<Detail> {
  readonly scheme: SchemeId;
  readonly other: SchemeId;
  readonly comparison: Exclude<CostComparison<Detail>, { outcome: 'missing' }>;
}

export interface Decision<Detail> {
  readonly outcome: 'one' | 'either' | 'none' | 'undecided';
  /** Recommended; still in question when it is undecided. */
  readonly schemes: readonly SchemeId[];
  readonly met: readonly Ground[];
  readonly excluded: readonly Ground[];
  /** Left out because the lab has no experiment that would tell. */
  readonly unknowable: readonly { readonly scheme: SchemeId; readonly feature: Feature }[];
  readonly weighed: readonly Weighed<Detail>[];
  /** Criteria that no experiment of the lab measures for all that were left. */
  readonly unweighed: readonly Criterion[];
  /** What has to be run, or run again, to decide it. */
  readonly missing: readonly string[];
}

type Standing =
  | { readonly kind: 'met'; readonly grounds: readonly Ground[] }
  | { readonly kind: 'excluded'; readonly ground: Ground }
  | { readonly kind: 'unknowable'; readonly feature: Feature }
  | { readonly kind: 'open'; readonly experiments: readonly string[] };

export function decide<Detail>(
  { requires, weighs }: Pick<Application, 'requires' | 'weighs'>,
  schemes: readonly SchemeFacts[],
  costs: Costs<Detail>,
): Decision<Detail> {
  const standings = schemes.map((facts) => ({ facts, standing: standingOf(facts, requires) }));
  const met = standings.flatMap(({ facts, standing }) => (standing.kind === 'met' ? [facts] : []));
  const open = standings.flatMap(({ facts, standing }) => (standing.kind === 'open' ? [facts] : []));
  const base = {
    met: standings.flatMap(({ standing }) => (standing.kind === 'met' ? standing.grounds : [])),
    excluded: standings.flatMap(({ standing }) => (standing.kind === 'excluded' ? [standing.ground] : [])),
    unknowable: standings.flatMap(({ facts: { scheme }, standing }) =>
      standing.kind === 'unknowable' ? [{ scheme, feature: standing.feature }] : [],
    ),
  };
  if (open.length > 0) {
    const missing = standings.flatMap(({ standing }) => (standing.kind === 'open' ? standing.experiments : []));
    return {
      ...base,
      outcome: 'undecided',
      schemes: [...met, ...open].map(({ scheme }) => scheme),
      weighed: [],
      unweighed: [],
      missing: distinct(missing),
    };
  }
  return { ...base, ...weigh(met, weighs, costs) };
}

/** A scheme is out by the first thing it does not have; only one that may still be in is asked what is missing. */
function standingOf({ scheme, known }: SchemeFacts, requires: readonly Feature[]): Standing {
  const grounds: Ground[] = [];
  const experiments: string[] = [];
  let unknowable: Feature | undefined;
  for (const feature of requires) {
    const one = known[feature];
    if (one.status === 'missing') {
      if (one.experiments.length === 0) unknowable ??= feature;
      experiments.push(...one.experiments);
      continue;
    }
    const ground = { scheme, feature, experiment: one.experiment, fact: one.fact };
    if (one.fact.answer === wantedAnswer[feature]) grounds.push(ground);
    else if (one.fact.answer === 'unclear') experiments.push(one.experiment);
    else return { kind: 'excluded', ground };
  }
  if (unknowable !== undefined) return { kind: 'unknowable', feature: unknowable };
  return experiments.length > 0 ? { kind: 'open', experiments } : { kind: 'met', grounds };
}

type Weighing<Detail> = Pick<Decision<Detail>, 'outcome' | 'schemes' | 'weighed' | 'unweighed' | 'missing'>;

function weigh<Detail>(
  candidates: readonly SchemeFacts[],
  weighs: readonly Criterion[],
  costs: Costs<Detail>,
): Weighing<Detail> {
  let left = candidates;
  const weighed: Weighed<Detail>[] = [];
  const unweighed: Criterion[] = [];
  const ended = (outcome: Decision<Detail>['outcome'], missing: readonly string[] = []): Weighing<Detail> => ({
    outcome,
    schemes: left.map(({ scheme }) => scheme),
    weighed,
    unweighed,
    missing: distinct(missing),
  });
  for (const criterion of weighs) {
    if (left.length < 2) break;
    const step: Step<Detail> =
      criterion === 'cpu' || criterion === 'memory'
        ? weighCost(criterion, left, costs[criterion])
        : weighFeature(criterion, left);
    if (step.missing.length > 0) return ended('undecided', step.missing);
    if (step.weighed === undefined) unweighed.push(criterion);
    else weighed.push(step.weighed);
    left = step.left;
  }
  if (left.length === 0) return ended('none');
  return ended(left.length === 1 ? 'one' : 'either');
}

interface Step<Detail> {
  readonly left: readonly SchemeFacts[];
  /** `undefined` when the lab can not tell. */
  readonly weighed: Weighed<Detail> | undefined;
  readonly missing: readonly string[];
}

/** Keeps those that have it, if any has. */
function weighFeature<Detail>(feature: Feature, left: readonly SchemeFacts[]): Step<Detail> {
  const known = left.map(({ known }) => known[feature]);
  const missing = known.flatMap((one) => (one.status === 'missing' ? one.experiments : unclearIn(one)));
  const unknowable = known.some((one) => one.status === 'missing' && one.experiments.length === 0);
  if (missing.length > 0 || unknowable) return { left, weighed: undefined, missing: unknowable ? [] : missing };
  const grounds = left.map(({ scheme, known }): Ground => {
    const { experiment, fact } = known[feature] as Extract<Known, { status: 'known' }>;
    return { scheme, feature, experiment, fact };
  });
  const kept = grounds.filter(({ fact }) => fact.answer === wantedAnswer[feature]);
  if (kept.length === 0 || kept.length === grounds.length) {
    return { left, weighed: { by: feature, kept: grounds, dropped: [] }, missing: [] };
  }
  const isKept = ({ scheme }: SchemeFacts) => kept.some((ground) => ground.scheme === scheme);
  const dropped = grounds.filter((ground) => !kept.includes(ground));
  return { left: left.filter(isKept), weighed: { by: feature, kept, dropped }, missing: [] };
}

function unclearIn(known: Extract<Known, { status: 'known' }>): string[] {
  return known.fact.answer === 'unclear' ? [known.experiment] : [];
}

/** Drops every scheme that costs clearly more than another. */
function weighCost<Detail>(
  by: 'cpu' | 'memory',
  left: readonly SchemeFacts[],
  compare: Costs<Detail>['cpu'],
): Step<Detail> {
  const pairs: WeighedPair<Detail>[] = [];
  const missing: string[] = [];
  let unknowable = false;
  for (const [index, { scheme }] of left.entries()) {
    for (const { scheme: other } of left.slice(index + 1)) {
      const comparison = compare(scheme, other);
      if (comparison.outcome !== 'missing') pairs.push({ scheme, other, comparison });
      else if (comparison.experiments.length === 0) unknowable = true;
      else missing.push(...comparison.experiments);
    }
  }
  if (missing.length > 0) return { left, weighed: undefined, missing };
  if (unknowable) return { left, weighed: undefined, missing: [] };
  const isDearer = ({ scheme }: SchemeFacts) =>
    pairs.some(
      (pair) =>
        (pair.scheme === scheme && pair.comparison.outcome === 'higher') ||
        (pair.other === scheme && pair.comparison.outcome === 'lower'),
    );
  const kept = left.filter((facts) => !isDearer(facts));
  // Three comparisons may go round in a circle; then they tell nothing.
  return { left: kept.length === 0 ? left : kept, weighed: { by, pairs }, missing: [] };
}

function distinct(ids: readonly string[]): string[] {
  return [...new Set(ids)].sort();
}
