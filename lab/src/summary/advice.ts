/** Puts a decision into words: what is recommended, why, what it does not have, and what would decide it. */
import { commandFor, moreThorough } from '../repeat-command.ts';
import type { ExperimentResult, LabResults, Recommendation } from '../results.ts';
import { type Application, applications } from './applications.ts';
import { type CostComparison, type Costs, type Decision, decide, type Ground, type Weighed } from './decide.ts';
import { type Feature, features, wantedAnswer } from './facts.ts';
import { toldFact } from './feature-table.ts';
import { type Compared, compareBy, type Measured } from './measured.ts';
import { compareMemory, type KnownMemory, memoryOf } from './memory.ts';
import { type SchemeFacts, type SchemeId, type SummaryScheme, summarySchemes } from './schemes.ts';
import type { SummaryWords } from './summary-words.ts';

type Memories = Readonly<Record<'of' | 'to', KnownMemory>>;

/** What a comparison of costs says beside its outcome. */
type Detail =
  | { readonly by: 'cpu'; readonly compared: Exclude<Compared, { outcome: 'missing' }> }
  | { readonly by: 'memory'; readonly memories: Memories };

export function recommendations(
  results: Pick<LabResults, 'command' | 'mode' | 'experiments'>,
  schemes: readonly SchemeFacts[],
  measured: readonly Measured[],
  words: SummaryWords,
): Recommendation[] {
  const costs = costsIn(results.experiments, measured);
  return applications.map((application) => {
    const decision = decide(application, schemes, costs);
    const { outcome } = decision;
    return {
      id: application.id,
      by: application.by,
      kind: words.applications[application.id],
      needs: words.needs(
        application.requires.map((feature) => words.criteria[feature]),
        application.weighs.map((criterion) => words.criteria[criterion]),
      ),
      outcome,
      schemes: decision.schemes,
      choice: choiceOf(decision, words),
      reasons: reasonsFor(decision, words),
      cautions: cautionsOn(application, decision, schemes, words),
      ...commandToDecide(decision, results),
    };
  });
}

function costsIn(experiments: readonly ExperimentResult[], measured: readonly Measured[]): Costs<Detail> {
  const byId = (id: SchemeId): SummaryScheme => summarySchemes.find((scheme) => scheme.id === id)!;
  return {
    cpu: (scheme, other) => {
      const compared = compareBy('cpu', measured, byId(scheme).subject, byId(other).subject);
      if (compared.outcome === 'missing') return compared;
      const { outcome } = compared;
      const isOpen = outcome === 'too-few' || outcome === 'control-failed';
      return { outcome: isOpen ? 'undecided' : outcome, detail: { by: 'cpu', compared } };
    },
    memory: (scheme, other): CostComparison<Detail> => {
      const memories = { of: memoryOf(experiments, byId(scheme)), to: memoryOf(experiments, byId(other)) };
      const { of, to } = memories;
      const known = [of, to];
      const missing = known.flatMap((one) => (one.status === 'missing' ? [one.experiments] : []));
      if (missing.length > 0) {
        // What can not be told of one of them need not be measured of the other.
        return { outcome: 'missing', experiments: missing.some((ids) => ids.length === 0) ? [] : missing.flat() };
      }
      const outcome =
        of.status === 'known' && to.status === 'known' ? compareMemory(of.memory, to.memory) : 'undecided';
      return { outcome, detail: { by: 'memory', memories } };
    },
  };
}

/** What was not measured is run; what the samples do not tell apart is run with more of them. */
function commandToDecide(
  { outcome, schemes, missing, weighed }: Decision<Detail>,
  results: Pick<LabResults, 'command' | 'mode'>,
): Pick<Recommendation, 'command'> {
  if (outcome === 'undecided') return { command: commandFor(missing, results) };
  const open = weighed.flatMap((step) =>
    'pairs' in step
      ? step.pairs
          .filter(({ scheme, other }) => schemes.includes(scheme) && schemes.includes(other))
          .flatMap(({ comparison }) => openExperiments(comparison))
      : [],
  );
  if (outcome !== 'either' || open.length === 0) return {};
  return { command: moreThorough([...new Set(open)].sort(), results) };
}

function openExperiments({
  outcome,
  detail,
}: Exclude<CostComparison<Detail>, { outcome: 'missing' }>): readonly string[] {
  if (outcome !== 'undecided') return [];
  return detail.by === 'cpu' ? detail.compared.experiments : ['4.3'];
}

function choiceOf({ outcome, schemes }: Decision<Detail>, { schemes: names, choices }: SummaryWords): string {
  const named = schemes.map((scheme) => names[scheme]);
  if (outcome === 'undecided') return choices.undecided(named);
  return outcome === 'none' ? choices.none : choices.either(named);
}

function reasonsFor({ schemes, met, excluded, weighed }: Decision<Detail>, words: SummaryWords): string[] {
  const needed = features.flatMap((feature) => {
    const grounds = met.filter((ground) => ground.feature === feature && schemes.includes(ground.scheme));
    return grounds.length === 0 ? [] : [toldGrounds(feature, grounds, words)];
  });
  return [
    ...needed,
    ...weighed.flatMap((step) => toldStep(step, words)),
    ...excluded.map((ground) => words.reasons.excluded(words.schemes[ground.scheme], toldGround(ground, words))),
  ];
}

function toldGround(ground: Ground, words: SummaryWords): string {
  return words.about(ground.feature, toldFact(ground.feature, ground, words));
}

/** Of one scheme its name need not be said again. */
function toldGrounds(feature: Feature, grounds: readonly Ground[], words: SummaryWords): string {
  const [first] = grounds;
  if (first !== undefined && grounds.length === 1) return words.sentence(toldGround(first, words));
  return words.reasons.ofEach(
    feature,
    grounds.map((ground) => [words.schemes[ground.scheme], toldFact(feature, ground, words)]),
  );
}

function toldStep(step: Weighed<Detail>, words: SummaryWords): string[] {
  if ('pairs' in step) {
    return step.pairs.map(({ scheme, other, comparison }) =>
      toldCost({ scheme, other, outcome: comparison.outcome, detail: comparison.detail }, words),
    );
  }
  // What all of them have, or none, does not speak for one of them.
  if (step.dropped.length === 0) return [];
  return [toldGrounds(step.by, [...step.kept, ...step.dropped], words)];
}

interface ComparedCost {
  readonly scheme: SchemeId;
  readonly other: SchemeId;
  readonly outcome: Exclude<CostComparison<Detail>['outcome'], 'missing'>;
  readonly detail: Detail;
}

function toldCost({ scheme, other, outcome, detail }: ComparedCost, words: SummaryWords): string {
  const { reasons, comparisons, schemes } = words;
  if (detail.by === 'memory') {
    const [of, to] = [toldMemory(scheme, detail.memories.of, words), toldMemory(other, detail.memories.to, words)];
    return reasons.memory(of, to, comparisons[outcome], '4.3');
  }
  const { compared } = detail;
  if (compared.outcome === 'too-few') return reasons.cpuTooFew(schemes[scheme], schemes[other], compared.experiments);
  const through = summarySchemes.find(({ subject }) => subject === compared.through);
  return reasons.cpu(
    words.ratio(compared.ratio),
    comparisons[compared.outcome],
    compared.experiments,
    through === undefined ? null : schemes[through.id],
  );
}

function toldMemory(scheme: SchemeId, known: KnownMemory, { reasons, schemes }: SummaryWords): string {
  if (known.status !== 'known') return reasons.memoryNotTold(schemes[scheme]);
  const { slope, interval } = known.memory.bytesPerUser;
  const rounded = (bytes: number | undefined) => (bytes === undefined ? null : Math.round(bytes));
  return reasons.userMemory(schemes[scheme], Math.round(slope), rounded(interval?.low), rounded(interval?.high));
}

function cautionsOn(
  { requires }: Application,
  { outcome, schemes: chosen, unknowable, unweighed, missing }: Decision<Detail>,
  schemes: readonly SchemeFacts[],
  words: SummaryWords,
): string[] {
  const { cautions } = words;
  const lacking = schemes.flatMap(({ scheme, known }) =>
    outcome === 'undecided' || !chosen.includes(scheme)
      ? []
      : features.flatMap((feature) => {
          const one = known[feature];
          if (requires.includes(feature) || one.status === 'missing') return [];
          if (one.fact.answer === wantedAnswer[feature]) return [];
          const lack = words.about(feature, toldFact(feature, one, words));
          return [chosen.length === 1 ? words.sentence(lack) : cautions.lacks(words.schemes[scheme], lack)];
        }),
  );
  return [
    ...lacking,
    ...unknowable.map(({ scheme, feature }) => cautions.unknowable(words.schemes[scheme], feature)),
    ...unweighed.map((criterion) => cautions.unweighed(criterion)),
    ...(missing.length > 0 ? [cautions.missing(missing)] : []),
  ];
}
