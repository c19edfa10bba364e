/** The summary in Markdown, with the same parts as on the page. */

import type { LabResults, LabSummary, Recommendation, SummaryTable } from '../results.ts';
import { codeBlock, escapeMarkdown } from './escape-markdown.ts';
import { howTo } from './html-summary.ts';
import { anchorOf } from './html-verdicts.ts';
import type { ReportWords } from './i18n/words.ts';
import { bullets, dataTable, verdictText } from './markdown-experiment.ts';

function labelled(label: string, texts: readonly string[]): string[] {
  return texts.length === 0 ? [] : [`*${label}*`, bullets(texts)];
}

function recommendation(one: Recommendation, words: ReportWords): string[] {
  const { kind, needs, outcome, choice, reasons, cautions, command } = one;
  return [
    `#### ${escapeMarkdown(kind)} · ${escapeMarkdown(choice)}`,
    `*${words.recommendationOutcome[outcome]}* · ${escapeMarkdown(needs)}`,
    ...labelled(words.reasonsLabel, reasons),
    ...labelled(words.cautionsLabel, cautions),
    ...(command === undefined ? [] : [`${howTo(one, words)}:`, codeBlock(command)]),
  ];
}

function recommendations(heading: string, all: readonly Recommendation[], words: ReportWords): string[] {
  return all.length === 0 ? [] : [`### ${heading}`, ...all.flatMap((one) => recommendation(one, words))];
}

function table(heading: string, data: SummaryTable): string[] {
  return [`### ${heading}`, dataTable(data), ...data.notes.map(escapeMarkdown)];
}

function experimentLink(id: string, { experiments }: LabResults): string {
  const experiment = experiments.find((candidate) => candidate.id === id);
  return experiment === undefined ? `**${id}**` : `[${id}](#${anchorOf(experiment)})`;
}

function findings(summary: LabSummary, results: LabResults, words: ReportWords): string[] {
  if (summary.findings.length === 0) return [];
  const items = summary.findings.map(
    ({ experiment, text }) => `- ${experimentLink(experiment, results)} ${escapeMarkdown(text)}`,
  );
  return [`### ${words.keyFindingsHeading}`, items.join('\n')];
}

function differences(summary: LabSummary, results: LabResults, words: ReportWords): string[] {
  const items = summary.differences.map(
    ({ experiment, id, statement, verdict, evidence }) =>
      `- ${verdictText(verdict, words)}: ${experimentLink(experiment, results)} **${escapeMarkdown(id)}** ${escapeMarkdown(statement)}\\\n  ${escapeMarkdown(evidence)}`,
  );
  return [`### ${words.differencesHeading}`, items.length === 0 ? words.noDifferences : items.join('\n')];
}

/** Each text with the command that goes with it, if there is one. */
function withCommands(
  heading: string,
  items: readonly { readonly text: string; readonly command: string | undefined }[],
  nothing: string,
): string[] {
  if (items.length === 0) return [`### ${heading}`, nothing];
  const blocks = items.flatMap(({ text, command }) => [
    `- ${escapeMarkdown(text)}`,
    ...(command === undefined ? [] : [codeBlock(command)]),
  ]);
  return [`### ${heading}`, ...blocks];
}

/** Nothing for results without a summary, as those of a target are. */
export function summaryBlocks(results: LabResults, words: ReportWords): string[] {
  const { summary } = results;
  if (summary === undefined) return [];
  const by = (which: Recommendation['by']) => summary.recommendations.filter((one) => one.by === which);
  const met = summary.problems.map(({ text, remedy }) => ({ text, command: remedy }));
  return [
    '<a id="summary"></a>',
    `## ${words.summaryHeading}`,
    words.summaryAside,
    ...recommendations(words.bySize, by('size'), words),
    ...recommendations(words.byApplication, by('application'), words),
    ...table(words.featuresHeading, summary.features),
    ...table(words.performanceHeading, summary.performance),
    ...table(words.claimsHeading, summary.claims),
    ...findings(summary, results, words),
    ...differences(summary, results, words),
    ...withCommands(words.problemsHeading, met, words.noProblems),
    ...withCommands(words.nextHeading, summary.next, words.nothingNext),
  ];
}
