/** One experiment in Markdown, with the same parts as on the page. */

import type { ExperimentResult, HypothesisResult, LabResults, ResultChart, ResultTable, Verdict } from '../results.ts';
import { chartFileName, chartText, hasSamples } from './charts.ts';
import { codeBlock, escapeMarkdown, markdownTable } from './escape-markdown.ts';
import { cellText } from './figure.ts';
import { anchorOf } from './html-verdicts.ts';
import type { ReportWords } from './i18n/words.ts';
import { repeatCommand } from './run-figures.ts';
import { verdictGlyph } from './verdict-mark.ts';

/** Shape and word. */
export function verdictText(verdict: Verdict, words: ReportWords): string {
  return `${verdictGlyph[verdict]} ${words.verdict[verdict]}`;
}

export function bullets(texts: readonly string[]): string {
  return texts.map((text) => `- ${escapeMarkdown(text)}`).join('\n');
}

function hypothesis({ id, statement, verdict, evidence }: HypothesisResult, words: ReportWords): string {
  const claim = `- ${verdictText(verdict, words)}: **${escapeMarkdown(id)}** ${escapeMarkdown(statement)}`;
  if (evidence !== '') return `${claim}\\\n  ${escapeMarkdown(evidence)}`;
  return verdict === 'not-run' ? claim : `${claim}\\\n  ${words.noEvidence}`;
}

export function dataTable({ title, columns, rows }: ResultTable): string {
  const cells = rows.map((row) => row.map((cell) => escapeMarkdown(cellText(cell))));
  return `**${escapeMarkdown(title)}**\n\n${markdownTable(columns.map(escapeMarkdown), cells)}`;
}

function chart(data: ResultChart, experiment: ExperimentResult, index: number, words: ReportWords): string {
  const title = `**${escapeMarkdown(data.title)}**`;
  if (!hasSamples(data)) return `${title}\n\n${words.noSamples}`;
  const text = escapeMarkdown(chartText(data, words));
  const picture = `![${text}](charts/${chartFileName(experiment, index)})`;
  return [title, picture, ...(data.note === undefined ? [] : [escapeMarkdown(data.note)])].join('\n\n');
}

function whatHappened(experiment: ExperimentResult, words: ReportWords): string[] {
  const shown = [
    ...experiment.charts.map((data, index) => chart(data, experiment, index, words)),
    ...experiment.tables.map(dataTable),
  ];
  return [`### ${words.happenedHeading}`, ...(shown.length > 0 ? shown : [words.nothingRecorded])];
}

function notRun(experiment: ExperimentResult, words: ReportWords): string[] {
  const remedy = experiment.remedy === undefined ? [] : [`${words.toMendIt}:`, codeBlock(experiment.remedy)];
  return [`### ${words.notRunHeading}`, escapeMarkdown(experiment.reason ?? words.notRunWithoutReason), ...remedy];
}

/** The blocks of one experiment, to be joined by empty lines. */
export function experimentBlocks(experiment: ExperimentResult, results: LabResults, words: ReportWords): string[] {
  const ran = experiment.status === 'ran';
  const { design, findings, limits } = experiment;
  const claims = experiment.hypotheses.map((claim) => hypothesis(claim, words));
  const headline = ran && experiment.headline !== '' ? [`**${escapeMarkdown(experiment.headline)}**`] : [];
  return [
    `<a id="${anchorOf(experiment)}"></a>`,
    `## ${experiment.id} ${escapeMarkdown(experiment.title)}`,
    escapeMarkdown(experiment.question),
    ...headline,
    ...(ran ? [] : notRun(experiment, words)),
    ...(claims.length === 0 ? [] : [`### ${words.claimHeading}`, claims.join('\n')]),
    `### ${ran ? words.doneHeading : words.plannedHeading}`,
    design.map((step, index) => `${index + 1}. ${escapeMarkdown(step)}`).join('\n'),
    `${words.toRepeatIt}:`,
    codeBlock(repeatCommand(experiment, results)),
    ...(ran ? whatHappened(experiment, words) : []),
    ...(findings.length > 0 ? [`### ${words.meaningHeading}`, bullets(findings)] : []),
    ...(limits.length > 0 ? [`### ${words.limitsHeading}`, bullets(limits)] : []),
    ...(ran ? [`*${words.took(experiment.durationMs)}*`] : []),
  ];
}
