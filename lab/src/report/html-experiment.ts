/** One experiment on the page: the claim, what was done, what happened, what it means, and its limits. */

import type { ExperimentResult, HypothesisResult, LabResults, ResultChart, ResultTable } from '../results.ts';
import { chartForPage } from './charts.ts';
import { cellText } from './figure.ts';
import { Html, html } from './html-template.ts';
import { anchorOf, verdictMark } from './html-verdicts.ts';
import type { ReportWords } from './i18n/words.ts';
import { columnsOf } from './line-break.ts';
import { repeatCommand } from './run-figures.ts';

/** A command with a button that copies it, where the browser allows that. */
export function commandLine(command: string, words: ReportWords): Html {
  return html`<div class="command"><code tabindex="0">${command}</code><button type="button" class="quiet" data-copy hidden>${words.copy}</button></div>`;
}

export function part(heading: string, name: string, content: readonly Html[]): Html {
  return html`<div class="part ${name}"><h3>${heading}</h3><div class="content">${content}</div></div>`;
}

function hypothesis({ id, statement, verdict, evidence }: HypothesisResult, words: ReportWords): Html {
  const missing = verdict === 'not-run' ? undefined : html`<p class="evidence">${words.noEvidence}</p>`;
  return html`<li>${verdictMark(verdict, words)}<div><p class="statement"><span class="name">${id}</span> ${statement}</p>
${evidence === '' ? missing : html`<p class="evidence">${evidence}</p>`}</div></li>`;
}

/** Texts of more columns than this may be broken into lines where there is no room. */
const longText = { heading: 12, cell: 28 } as const;

/** A figure with its unit, or the dash of a missing one: such columns are set to the right. */
const numberLike = /^(?:[–-]|[<>≈±]?\s?-?\d[\d.,]*(?:\s?(?:%|[µmn]?s|min|B|[KMG]i?B|×|x))?)$/;

export function dataTable({ title, columns, rows }: ResultTable): Html {
  const isNumeric = columns.map(
    (_, index) => rows.length > 0 && rows.every((row) => numberLike.test(cellText(row[index] ?? ''))),
  );
  const kind = (index: number, text: string, place: keyof typeof longText): string => {
    const length = columnsOf(text) > longText[place] ? 'long' : 'short';
    return isNumeric[index] ? `number ${length}` : length;
  };
  const head = columns.map((text, index) => html`<th scope="col" class="${kind(index, text, 'heading')}">${text}</th>`);
  const body = rows.map((row) => {
    const cells = row.map(cellText).map((text, index) => html`<td class="${kind(index, text, 'cell')}">${text}</td>`);
    return html`<tr>${cells}</tr>\n`;
  });
  return html`<figure class="data"><div class="scroll" role="region" aria-label="${title}" tabindex="0"><table>
<caption>${title}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div></figure>`;
}

async function chart(data: ResultChart, words: ReportWords): Promise<Html> {
  const [wide, narrow] = [await chartForPage(data, words, 'wide'), await chartForPage(data, words, 'narrow')];
  const picture =
    wide === undefined || narrow === undefined ? html`<p>${words.noSamples}</p>` : new Html(wide + narrow);
  const note = data.note === undefined ? undefined : html`<p class="note">${data.note}</p>`;
  return html`<figure class="chart"><figcaption>${data.title}</figcaption>${picture}${note}</figure>`;
}

function notRun(experiment: ExperimentResult, words: ReportWords): Html {
  const reason = experiment.reason ?? words.notRunWithoutReason;
  const remedy =
    experiment.remedy === undefined
      ? undefined
      : html`<p class="label">${words.toMendIt}</p>${commandLine(experiment.remedy, words)}`;
  return html`<div class="part not-run"><h3>${words.notRunHeading}</h3><div class="content"><p>${reason}</p>${remedy}</div></div>`;
}

async function whatHappened(experiment: ExperimentResult, words: ReportWords): Promise<Html> {
  const charts: Html[] = [];
  for (const data of experiment.charts) charts.push(await chart(data, words));
  const shown = [...charts, ...experiment.tables.map(dataTable)];
  return part(words.happenedHeading, 'happened', shown.length > 0 ? shown : [html`<p>${words.nothingRecorded}</p>`]);
}

function paragraphs(texts: readonly string[]): Html[] {
  return texts.length === 1
    ? [html`<p>${texts[0]}</p>`]
    : [html`<ul>${texts.map((text) => html`<li>${text}</li>`)}</ul>`];
}

/** The section of one experiment. One that did not run says why, and shows what it would have done. */
export async function experimentSection(
  experiment: ExperimentResult,
  results: LabResults,
  words: ReportWords,
): Promise<Html> {
  const anchor = anchorOf(experiment);
  const ran = experiment.status === 'ran';
  const { hypotheses, design, findings, limits } = experiment;
  const claims = hypotheses.map((claim) => hypothesis(claim, words));
  const parts = [
    ran ? undefined : notRun(experiment, words),
    claims.length === 0 ? undefined : part(words.claimHeading, 'claim', [html`<ul class="hypotheses">${claims}</ul>`]),
    part(ran ? words.doneHeading : words.plannedHeading, 'done', [
      html`<ol>${design.map((step) => html`<li>${step}</li>`)}</ol>`,
      html`<p class="label">${words.toRepeatIt}</p>`,
      commandLine(repeatCommand(experiment, results), words),
    ]),
    ran ? await whatHappened(experiment, words) : undefined,
    findings.length > 0 ? part(words.meaningHeading, 'meaning', paragraphs(findings)) : undefined,
    limits.length > 0 ? part(words.limitsHeading, 'limits', paragraphs(limits)) : undefined,
  ];
  const figure = ran && experiment.headline !== '' ? html`<p class="figure">${experiment.headline}</p>` : undefined;
  return html`<section id="${anchor}" class="experiment is-${experiment.status}" aria-labelledby="${anchor}-heading">
<header><p class="section-number">${experiment.id}</p><div><h2 id="${anchor}-heading">${experiment.title}</h2>
<p class="question">${experiment.question}</p></div>${figure}</header>
${parts}
<p class="foot">${ran ? html`<span>${words.took(experiment.durationMs)}</span>` : undefined}<a href="#verdicts">${words.backToVerdicts}</a></p>
</section>`;
}
