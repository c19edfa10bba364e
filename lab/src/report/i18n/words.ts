/** Every fixed word of a report. One object of this type per language; what an experiment says is not in here. */

import type { Recommendation, Verdict } from '../../results.ts';

/** What the sentence at the top of a report tells about the run. */
export interface RunFacts {
  readonly ran: number;
  readonly asked: number;
  readonly mode: 'default' | 'quick' | 'full';
  readonly timeScale: number;
  readonly seed: number;
  readonly durationMs: number;
  readonly balancer: 'nginx' | 'built-in';
  readonly os: string;
  readonly cores: number;
}

/** What a reader who cannot see a line chart is told about it. */
export interface LineChartFacts {
  readonly xTitle: string;
  readonly yTitle: string;
  readonly series: readonly {
    readonly name: string;
    readonly count: number;
    readonly low: number;
    readonly high: number;
  }[];
  readonly xFrom: number;
  readonly xTo: number;
  readonly marks: readonly { readonly x: number; readonly label: string }[];
}

export interface ReportWords {
  /** BCP 47, for `<html lang>`. */
  readonly language: string;
  readonly productName: string;
  readonly reportTitle: string;
  readonly skipToVerdicts: string;
  readonly contents: string;
  readonly themeButton: string;
  readonly copy: string;
  readonly copied: string;
  readonly saveResults: string;
  readonly backToVerdicts: string;
  readonly writtenBy: string;

  readonly runSentence: (run: RunFacts) => string;
  readonly repeatRun: string;
  readonly timeScale: (timeScale: number) => string;
  readonly duration: (milliseconds: number) => string;

  readonly labelInterrupted: string;
  readonly labelBuiltInBalancer: string;
  readonly labelNotRun: (count: number) => string;
  readonly labelNotices: (count: number) => string;

  readonly verdictsHeading: string;
  readonly verdict: Readonly<Record<Verdict, string>>;
  readonly verdictMeaning: Readonly<Record<Verdict, string>>;
  readonly refutedIsAFinding: string;
  readonly columnId: string;
  readonly columnQuestion: string;
  readonly columnKeyFigure: string;
  readonly noKeyFigure: string;
  readonly schemeOfGroup: (group: string) => string;

  readonly summaryHeading: string;
  readonly summaryAside: string;
  readonly bySize: string;
  readonly byApplication: string;
  readonly recommendationOutcome: Readonly<Record<Recommendation['outcome'], string>>;
  readonly reasonsLabel: string;
  readonly cautionsLabel: string;
  readonly toDecideIt: string;
  readonly toTellApart: string;
  readonly featuresHeading: string;
  readonly performanceHeading: string;
  readonly claimsHeading: string;
  readonly keyFindingsHeading: string;
  readonly differencesHeading: string;
  readonly noDifferences: string;
  readonly problemsHeading: string;
  readonly noProblems: string;
  readonly nextHeading: string;
  readonly nothingNext: string;

  readonly claimHeading: string;
  readonly doneHeading: string;
  /** In the place of {@link doneHeading} when the experiment did not run. */
  readonly plannedHeading: string;
  readonly happenedHeading: string;
  readonly meaningHeading: string;
  readonly limitsHeading: string;
  readonly notRunHeading: string;
  readonly notRunWithoutReason: string;
  readonly toMendIt: string;
  readonly toRepeatIt: string;
  readonly took: (milliseconds: number) => string;
  readonly nothingRecorded: string;
  readonly noEvidence: string;
  readonly noSamples: string;
  readonly chartName: string;
  readonly lineChartText: (facts: LineChartFacts) => string;
  readonly barChartText: (xTitle: string, yTitle: string, bars: readonly string[], leftOut: number) => string;

  readonly runHeading: string;
  readonly environmentHeading: string;
  readonly noticesHeading: string;
  readonly timeHeading: string;
  readonly checklistHeading: string;
  readonly startedAt: string;
  readonly tookColumn: string;
  readonly groupColumn: string;
  readonly experimentsColumn: string;
  readonly seed: string;
  readonly times: string;
  readonly operatingSystem: string;
  readonly processor: string;
  readonly processorText: (model: string, cores: number) => string;
  readonly memory: string;
  readonly balancer: string;
  readonly balancerNames: Readonly<Record<'nginx' | 'built-in', string>>;
  readonly outsideExperiments: string;
  readonly ranIn: (milliseconds: number) => string;
  readonly rawHeading: string;
  readonly rawText: string;
}
