/** The report in English. */

import { figure } from '../figure.ts';
import type { LineChartFacts, ReportWords, RunFacts } from './words.ts';

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

function duration(milliseconds: number): string {
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function timeScale(scale: number): string {
  if (scale === 1) return 'real times';
  return scale < 1 ? `times divided by ${figure(1 / scale)}` : `times multiplied by ${figure(scale)}`;
}

const modes = { default: '', quick: ' (quick run)', full: ' (full run)' } as const;

function runSentence(run: RunFacts): string {
  const ran =
    run.ran === run.asked ? count(run.ran, 'experiment', 'experiments') : `${run.ran} of ${run.asked} experiments`;
  const balancer = run.balancer === 'nginx' ? 'nginx' : 'a built-in balancer';
  return (
    `${ran} on real servers behind ${balancer}, with ${timeScale(run.timeScale)}${modes[run.mode]} and seed ${run.seed}, ` +
    `in ${duration(run.durationMs)} on ${count(run.cores, 'core', 'cores')} of ${run.os}.`
  );
}

function lineChartText({ xTitle, yTitle, series, xFrom, xTo, marks }: LineChartFacts): string {
  const lines = series.map(
    ({ name, count: samples, low, high }) => `${name}: ${samples} samples between ${figure(low)} and ${figure(high)}`,
  );
  const marked = marks.map(({ x, label }) => `${label} at ${figure(x)}`).join(', ');
  return (
    `Line chart of ${yTitle} over ${xTitle}, from ${figure(xFrom)} to ${figure(xTo)}. ${lines.join('; ')}.` +
    (marked === '' ? '' : ` Marked: ${marked}.`)
  );
}

function barChartText(xTitle: string, yTitle: string, bars: readonly string[], leftOut: number): string {
  const rest = leftOut === 0 ? '' : `, and ${leftOut} more`;
  return `Bar chart of ${yTitle} by ${xTitle}. ${bars.join(', ')}${rest}.`;
}

const schemes: Readonly<Record<string, string>> = {
  '1': 'Sticky sessions',
  '2': 'Sessions in Redis',
  '3': 'JWT',
  '4': 'The three compared',
};

export const english: ReportWords = {
  language: 'en',
  productName: 'Sallyport lab',
  reportTitle: 'How sticky sessions, Redis sessions and JWT behaved',
  skipToVerdicts: 'Skip to the verdicts',
  contents: 'Experiments',
  themeButton: 'Dark theme',
  copy: 'Copy',
  copied: 'Copied',
  saveResults: 'Save results.json',
  backToVerdicts: 'Back to the verdicts',
  writtenBy: 'Written by the Sallyport lab from what this run measured.',

  runSentence,
  repeatRun: 'Repeat this run',
  timeScale,
  duration,

  labelInterrupted: 'Interrupted: Ctrl-C ended this run early',
  labelBuiltInBalancer: 'Built-in balancer in the place of nginx',
  labelNotRun: (experiments) => `${count(experiments, 'experiment', 'experiments')} did not run`,
  labelNotices: (notices) => count(notices, 'notice', 'notices'),

  verdictsHeading: 'Verdicts',
  verdict: {
    confirmed: 'confirmed',
    refuted: 'refuted',
    conditional: 'conditional',
    undecided: 'undecided',
    'not-run': 'not run',
  },
  verdictMeaning: {
    confirmed: 'the belief held',
    refuted: 'the belief did not hold',
    conditional: 'true under some conditions',
    undecided: 'the samples do not decide',
    'not-run': 'nothing was measured',
  },
  refutedIsAFinding:
    'Each hypothesis is a common belief about sessions. A refuted one is a finding about that belief, not a failure of the run.',
  columnId: 'No.',
  columnQuestion: 'Question',
  columnKeyFigure: 'Key figure',
  noKeyFigure: '–',
  schemeOfGroup: (group) => schemes[group] ?? `Group ${group}`,

  summaryHeading: 'Summary',
  summaryAside:
    'Written from the figures of this run alone. What it did not measure is said to be not measured; other figures give other recommendations.',
  bySize: 'By size of project',
  byApplication: 'By kind of application',
  recommendationOutcome: {
    one: 'Recommended',
    either: 'Either',
    none: 'Nothing fits',
    undecided: 'Not decided',
  },
  reasonsLabel: 'Why',
  cautionsLabel: 'Mind',
  toDecideIt: 'To decide it',
  toTellApart: 'To tell them apart',
  featuresHeading: 'Features',
  performanceHeading: 'Performance',
  claimsHeading: 'Claimed and measured',
  keyFindingsHeading: 'Key findings',
  differencesHeading: 'Where theory and this machine differ',
  noDifferences: 'No hypothesis was refuted, and none depended on conditions.',
  problemsHeading: 'Problems met',
  noProblems: 'None: everything that was asked for ran, and every measurement could be decided.',
  nextHeading: 'Where to look next',
  nothingNext: 'Nothing was left open.',

  claimHeading: 'The claim',
  doneHeading: 'What was done',
  plannedHeading: 'What it would do',
  happenedHeading: 'What happened',
  meaningHeading: 'What it means',
  limitsHeading: 'Limits',
  notRunHeading: 'Not run',
  notRunWithoutReason: 'The lab gave no reason.',
  toMendIt: 'To mend it',
  toRepeatIt: 'Repeat this experiment',
  took: (milliseconds) => `took ${duration(milliseconds)}`,
  nothingRecorded: 'This experiment recorded no table and no chart.',
  noEvidence: 'No evidence was given.',
  noSamples: 'No samples were taken.',
  chartName: 'Chart',
  lineChartText,
  barChartText,

  runHeading: 'About this run',
  environmentHeading: 'Environment',
  noticesHeading: 'Notices',
  timeHeading: 'Time spent',
  checklistHeading: 'What ran',
  startedAt: 'Started',
  tookColumn: 'Took',
  groupColumn: 'Group',
  experimentsColumn: 'Experiments',
  seed: 'Seed',
  times: 'Times',
  operatingSystem: 'System',
  processor: 'Processor',
  processorText: (model, cores) => `${model}, ${count(cores, 'core', 'cores')}`,
  memory: 'Memory',
  balancer: 'Balancer',
  balancerNames: { nginx: 'nginx', 'built-in': 'built-in, in the place of nginx' },
  outsideExperiments: 'Starting and stopping',
  ranIn: (milliseconds) => `ran, ${duration(milliseconds)}`,
  rawHeading: 'Raw data',
  rawText: 'Every sample of this run is embedded in this file as JSON, in the shape of results.json.',
};
