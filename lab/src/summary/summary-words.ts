/** What the summary has to say, in every language. */
import type { JudgedRatio } from '../experiments/comparison/ordering.ts';
import type { ApplicationId, Criterion } from './applications.ts';
import type { ClaimKind, ClaimStanding } from './claims.ts';
import type { Answer, Evidence, Feature } from './facts.ts';
import type { Measure } from './measured.ts';
import type { SchemeId } from './schemes.ts';

type Answers = Readonly<Record<Answer, string>>;
type EvidenceOf<Kind extends Evidence['kind']> = Extract<Evidence, { kind: Kind }>;

/** A fact in the words of a cell or a sentence. */
interface ToldFact {
  readonly answer: string;
  readonly inferred: boolean;
  readonly evidence: string;
  readonly experiment: string;
}

export interface SummaryWords {
  readonly schemes: Readonly<Record<SchemeId, string>>;
  readonly features: Readonly<Record<Feature, { readonly name: string; readonly answers: Answers }>>;
  readonly evidence: { readonly [Kind in Evidence['kind']]: (evidence: EvidenceOf<Kind>) => string };
  readonly fact: (fact: ToldFact) => string;
  /** @param experiments Those that would tell; none when the lab has none that does. */
  readonly notMeasured: (experiments: readonly string[]) => string;
  /** Under a table in which something is not measured by any experiment. */
  readonly noExperiment: string;
  readonly featureTable: { readonly title: string; readonly feature: string; readonly inferred: string };

  readonly performanceTable: {
    readonly title: string;
    readonly columns: readonly string[];
    readonly timesJwt: (ratio: JudgedRatio, experiment: string) => string;
    readonly notTold: (experiment: string) => string;
  };
  readonly performanceNotes: {
    readonly method: string;
    readonly bounded: (scheme: string, mostUsers: number) => string;
    readonly control: (measure: Measure, experiment: string, ratio: string) => string;
    readonly undecided: (measure: Measure, experiment: string, ratios: readonly string[]) => string;
    readonly tooFew: (measure: Measure, experiment: string) => string;
  };
  readonly measures: Readonly<Record<Measure, string>>;

  readonly claimsTable: { readonly title: string; readonly columns: readonly string[] };
  readonly claims: Readonly<Record<ClaimKind, string>>;
  readonly claimStandings: Readonly<Record<ClaimStanding, string>>;
  readonly claimNotMeasured: string;
  readonly percentMore: (percent: number, low: number, high: number) => string;

  readonly applications: Readonly<Record<ApplicationId, string>>;
  /** What a requirement or a criterion means for an application. */
  readonly criteria: Readonly<Record<Criterion, string>>;
  readonly needs: (requires: readonly string[], weighs: readonly string[]) => string;
  readonly choices: {
    readonly either: (schemes: readonly string[]) => string;
    readonly none: string;
    readonly undecided: (schemes: readonly string[]) => string;
  };
  readonly sentence: (text: string) => string;
  readonly about: (feature: Feature, fact: string) => string;
  readonly reasons: {
    readonly excluded: (scheme: string, fact: string) => string;
    /** @param facts Pairs of a scheme and what is known of it. */
    readonly ofEach: (feature: Feature, facts: readonly (readonly [string, string])[]) => string;
    readonly cpu: (ratio: string, comparison: string, experiments: readonly string[], through: string | null) => string;
    readonly cpuTooFew: (scheme: string, other: string, experiments: readonly string[]) => string;
    readonly memory: (of: string, to: string, comparison: string, experiment: string) => string;
    readonly userMemory: (scheme: string, bytes: number, low: number | null, high: number | null) => string;
    readonly memoryNotTold: (scheme: string) => string;
  };
  readonly ratio: (ratio: JudgedRatio) => string;
  readonly comparisons: Readonly<Record<JudgedRatio['comparison'] | 'control-failed', string>>;
  readonly cautions: {
    readonly lacks: (scheme: string, fact: string) => string;
    readonly unknowable: (scheme: string, feature: Feature) => string;
    readonly unweighed: (criterion: Criterion) => string;
    readonly missing: (experiments: readonly string[]) => string;
  };

  readonly problems: {
    readonly notRun: (experiment: string, title: string, reason: string) => string;
    readonly noReason: string;
    readonly undecided: (experiment: string, hypothesis: string, statement: string, evidence: string) => string;
    readonly control: (measure: Measure, experiment: string, ratio: string) => string;
  };
  readonly next: {
    readonly undecided: (hypotheses: readonly string[]) => string;
    readonly notRun: (experiments: readonly string[]) => string;
    readonly notAsked: (experiments: readonly string[]) => string;
  };
}
