/** The report as Markdown: the same parts, words and figures as the page, with the charts in files beside it. */

import type { ExperimentResult, LabResults } from '../results.ts';
import { codeBlock, escapeMarkdown, markdownTable } from './escape-markdown.ts';
import { momentText } from './figure.ts';
import { environmentFacts } from './html-about-run.ts';
import { anchorOf } from './html-verdicts.ts';
import { wordsOf } from './i18n/report-words.ts';
import type { ReportWords } from './i18n/words.ts';
import { bullets, experimentBlocks, verdictText } from './markdown-experiment.ts';
import { summaryBlocks } from './markdown-summary.ts';
import type { RunFigures } from './run-figures.ts';
import { runFigures } from './run-figures.ts';

function labels(results: LabResults, figures: RunFigures, words: ReportWords): string[] {
  const texts = [
    results.interrupted ? words.labelInterrupted : undefined,
    results.environment.balancer === 'built-in' ? words.labelBuiltInBalancer : undefined,
    figures.notRun.length > 0 ? words.labelNotRun(figures.notRun.length) : undefined,
    results.notices.length > 0 ? words.labelNotices(results.notices.length) : undefined,
  ].filter((text) => text !== undefined);
  return texts.length === 0 ? [] : [texts.map((text) => `> **${text}**`).join('\\\n')];
}

function verdictRow(experiment: ExperimentResult, columns: number, words: ReportWords): string[] {
  const verdicts = Array.from({ length: columns }, (_, index) => {
    const verdict = experiment.status === 'not-run' ? 'not-run' : experiment.hypotheses[index]?.verdict;
    return verdict === undefined ? '' : verdictText(verdict, words);
  });
  const question = `[${escapeMarkdown(experiment.question)}](#${anchorOf(experiment)})`;
  const headline = experiment.headline === '' ? words.noKeyFigure : escapeMarkdown(experiment.headline);
  return [experiment.id, question, ...verdicts, headline];
}

function verdicts(results: LabResults, figures: RunFigures, words: ReportWords): string[] {
  const { hypothesisColumns: columns } = figures;
  const names = Array.from({ length: columns }, (_, index) => `H${index + 1}`);
  const counts = figures.counts.map(([verdict, count]) => {
    const [shape, ...word] = verdictText(verdict, words).split(' ');
    return `${shape} ${count} ${word.join(' ')}`;
  });
  return [
    `## ${words.verdictsHeading}`,
    counts.join(' · '),
    words.refutedIsAFinding,
    markdownTable(
      [words.columnId, words.columnQuestion, ...names, words.columnKeyFigure],
      results.experiments.map((experiment) => verdictRow(experiment, columns, words)),
    ),
  ];
}

function aboutRun(results: LabResults, figures: RunFigures, words: ReportWords): string[] {
  const times = figures.groups.map(({ group, durationMs }) => [words.schemeOfGroup(group), words.duration(durationMs)]);
  if (figures.outsideMs > 0) times.push([words.outsideExperiments, words.duration(figures.outsideMs)]);
  const checklist = results.experiments.map(({ id, title, status, durationMs }) => {
    const state = status === 'ran' ? words.ranIn(durationMs) : words.verdict['not-run'];
    return `- [${status === 'ran' ? 'x' : ' '}] ${id} ${escapeMarkdown(title)} (${state})`;
  });
  const facts = environmentFacts(results, words).map((fact) => fact.map(escapeMarkdown));
  return [
    `## ${words.runHeading}`,
    ...(results.notices.length > 0 ? [`### ${words.noticesHeading}`, bullets(results.notices)] : []),
    `### ${words.environmentHeading}`,
    markdownTable(['', ''], facts),
    `### ${words.timeHeading}`,
    markdownTable([words.groupColumn, words.tookColumn], times),
    `### ${words.checklistHeading}`,
    checklist.join('\n'),
    words.writtenBy,
  ];
}

/**
 * Renders a run as Markdown. Its charts are linked as `charts/<experiment>-<number>.svg`.
 *
 * @param words The fixed words of the report. @default in the language of the run
 */
export function renderMarkdown(results: LabResults, words: ReportWords = wordsOf(results)): string {
  const figures = runFigures(results);
  const blocks = [
    `# ${words.reportTitle}`,
    momentText(results.startedAt),
    escapeMarkdown(words.runSentence(figures.run)),
    ...labels(results, figures, words),
    `${words.repeatRun}:`,
    codeBlock(results.command),
    ...verdicts(results, figures, words),
    ...summaryBlocks(results, words),
    ...results.experiments.flatMap((experiment) => experimentBlocks(experiment, results, words)),
    ...aboutRun(results, figures, words),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}
