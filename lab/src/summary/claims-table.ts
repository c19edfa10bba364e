/** What is claimed of the schemes, in figures, beside what this run measured. */

import type { JudgedRatio } from '../experiments/comparison/ordering.ts';
import {
  type ClaimedRange,
  claimedBytesPerSession,
  claimedDenyListEntrySeconds,
  claimedDenyListPercent,
  claimedLatencyMs,
  claimedMisroutedStatuses,
  claimedRequestsPerSecond,
  claimText,
  intervalInClaim,
  placeInClaim,
} from '../experiments/comparison/source-claims.ts';
import { statusList } from '../experiments/wording.ts';
import { figure } from '../report/figure.ts';
import type { ExperimentResult, SummaryTable } from '../results.ts';
import type { ClaimKind, ClaimStanding } from './claims.ts';
import { compareBy, type Measured } from './measured.ts';
import { memoryOf } from './memory.ts';
import { reader, readFrom } from './observed.ts';
import { type PerformanceFigure, performanceOf } from './performance-figures.ts';
import { boundNotes } from './performance-table.ts';
import { type SummaryScheme, summarySchemes } from './schemes.ts';
import { denyListShape, isolationShape } from './shapes.ts';
import type { SummaryWords } from './summary-words.ts';

/** One claim and what was measured of it. */
interface Tested {
  readonly kind: ClaimKind;
  readonly scheme: SummaryScheme['id'];
  readonly claimed: string;
  readonly experiment: string;
  /** `undefined` when this run did not measure it. */
  readonly found: { readonly text: string; readonly standing: ClaimStanding } | undefined;
}

export function claimsTable(
  experiments: readonly ExperimentResult[],
  measured: readonly Measured[],
  words: SummaryWords,
): SummaryTable {
  const tested = [
    ...ofSchemes('latency', '4.1', claimedLatencyMs, (scheme) =>
      known(performanceOf(experiments, measured, scheme).p50Ms),
    ),
    ...ofSchemes('rate', '4.2', claimedRequestsPerSecond, (scheme) =>
      known(performanceOf(experiments, measured, scheme).requestsPerSecond),
    ),
    ...ofSchemes('bytes', '4.3', claimedBytesPerSession, (scheme) => bytesPerUser(experiments, scheme)),
    ofDenyList('latency', measured, words),
    ofDenyList('cpu', measured, words),
    ofEntry(experiments),
    ofStatuses(experiments),
  ];
  return {
    ...words.claimsTable,
    rows: tested.map(({ kind, scheme, claimed, experiment, found }) => [
      words.claims[kind],
      words.schemes[scheme],
      claimed,
      found?.text ?? words.claimNotMeasured,
      found === undefined ? none : words.claimStandings[found.standing],
      experiment,
    ]),
    notes: boundNotes(experiments, words),
  };
}

const none = '–';

function ofSchemes(
  kind: ClaimKind,
  experiment: string,
  claims: Readonly<Partial<Record<SummaryScheme['id'], ClaimedRange>>>,
  measuredOf: (scheme: SummaryScheme) => number | undefined,
): Tested[] {
  return summarySchemes.flatMap((scheme): Tested[] => {
    const claim = claims[scheme.id];
    if (claim === undefined) return [];
    const value = measuredOf(scheme);
    const found = value === undefined ? undefined : { text: figure(value), standing: placeInClaim(value, claim) };
    return [{ kind, scheme: scheme.id, claimed: claimText(claim), experiment, found }];
  });
}

function known(figure: PerformanceFigure): number | undefined {
  return figure.status === 'known' ? figure.value : undefined;
}

function bytesPerUser(experiments: readonly ExperimentResult[], scheme: SummaryScheme): number | undefined {
  const memory = memoryOf(experiments, scheme);
  return memory.status === 'known' ? Math.max(0, Math.round(memory.memory.bytesPerUser.slope)) : undefined;
}

function ofDenyList(measure: 'latency' | 'cpu', measured: readonly Measured[], words: SummaryWords): Tested {
  const compared = compareBy(measure, measured, 'jwt-deny-list', 'jwt');
  const more = 'ratio' in compared ? inPercent(compared.ratio) : undefined;
  const isTrusted = compared.outcome !== 'control-failed';
  return {
    kind: `deny-list-${measure}`,
    scheme: 'jwt-deny-list',
    claimed: `${claimText(claimedDenyListPercent)} %`,
    experiment: '3.3',
    found: more && {
      text: words.percentMore(Math.round(more.estimate), Math.round(more.low), Math.round(more.high)),
      standing: isTrusted ? intervalInClaim(more, claimedDenyListPercent) : 'undecided',
    },
  };
}

/** `×1.284` is 28.4 % more. */
function inPercent({ interval }: JudgedRatio): {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
} {
  const more = (ratio: number) => (ratio - 1) * 100;
  return { estimate: more(interval.estimate), low: more(interval.low), high: more(interval.high) };
}

function ofEntry(experiments: readonly ExperimentResult[]): Tested {
  const claim = claimedDenyListEntrySeconds;
  const lifeOf = reader(denyListShape, ({ entry }) =>
    entry === null || entry.ttlSeconds !== claim.low ? undefined : Math.round(entry.key.ttlMs / 1000),
  );
  const life = readFrom(experiments, lifeOf);
  return {
    kind: 'deny-list-entry',
    scheme: 'jwt-deny-list',
    claimed: claimText(claim),
    experiment: lifeOf.experiment,
    found: life === undefined ? undefined : { text: figure(life), standing: placeInClaim(life, claim) },
  };
}

function ofStatuses(experiments: readonly ExperimentResult[]): Tested {
  const statusesOf = reader(isolationShape, ({ direct }) => direct.statuses);
  const statuses = readFrom(experiments, statusesOf);
  const isAsClaimed = statuses !== undefined && statusList(statuses) === statusList(claimedMisroutedStatuses);
  return {
    kind: 'statuses',
    scheme: 'sticky',
    claimed: statusList(claimedMisroutedStatuses),
    experiment: statusesOf.experiment,
    found:
      statuses === undefined
        ? undefined
        : { text: statusList(statuses), standing: isAsClaimed ? 'within' : 'otherwise' },
  };
}
