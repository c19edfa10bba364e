/** The summary on the page: what to choose, what the schemes can do and cost, and what was learned. */

import type { LabResults, LabSummary, Recommendation, SummaryTable } from '../results.ts';
import { commandLine, dataTable, part } from './html-experiment.ts';
import type { Html } from './html-template.ts';
import { html } from './html-template.ts';
import { anchorOf, verdictMark } from './html-verdicts.ts';
import type { ReportWords } from './i18n/words.ts';

function labelled(label: string, name: string, texts: readonly string[]): Html | undefined {
  if (texts.length === 0) return undefined;
  return html`<div class="${name}"><p class="label">${label}</p><ul>${texts.map((text) => html`<li>${text}</li>`)}</ul></div>`;
}

/** What the command of a recommendation is for. */
export function howTo({ outcome }: Recommendation, words: ReportWords): string {
  return outcome === 'either' ? words.toTellApart : words.toDecideIt;
}

function card(one: Recommendation, words: ReportWords): Html {
  const { kind, needs, outcome, choice, reasons, cautions, command } = one;
  return html`<li class="card is-${outcome}">
<p class="kind"><span>${kind}</span> <span class="outcome">${words.recommendationOutcome[outcome]}</span></p>
<p class="choice">${choice}</p>
<p class="needs">${needs}</p>
${labelled(words.reasonsLabel, 'reasons', reasons)}
${labelled(words.cautionsLabel, 'cautions', cautions)}
${command === undefined ? undefined : html`<p class="label">${howTo(one, words)}</p>${commandLine(command, words)}`}
</li>\n`;
}

function cards(
  heading: string,
  by: Recommendation['by'],
  { recommendations: all }: LabSummary,
  words: ReportWords,
): Html | undefined {
  const recommendations = all.filter((one) => one.by === by);
  if (recommendations.length === 0) return undefined;
  return html`<div class="advice"><h3>${heading}</h3><ul class="cards by-${by}">${recommendations.map((one) => card(one, words))}</ul></div>`;
}

function tablePart(heading: string, table: SummaryTable): Html {
  const notes = table.notes.map((note) => html`<p class="note">${note}</p>`);
  return html`<div class="compared"><h3>${heading}</h3>${dataTable(table)}${notes}</div>`;
}

/** To the section of an experiment that this report has. */
function experimentLink(id: string, { experiments }: LabResults): Html {
  const experiment = experiments.find((candidate) => candidate.id === id);
  return experiment === undefined
    ? html`<span class="id">${id}</span>`
    : html`<a class="id" href="#${anchorOf(experiment)}">${id}</a>`;
}

function findings(summary: LabSummary, results: LabResults): Html[] {
  const items = summary.findings.map(
    ({ experiment, text }) => html`<li>${experimentLink(experiment, results)}<p>${text}</p></li>\n`,
  );
  return [html`<ul class="numbered">${items}</ul>`];
}

function differences(summary: LabSummary, results: LabResults, words: ReportWords): Html[] {
  if (summary.differences.length === 0) return [html`<p>${words.noDifferences}</p>`];
  const items = summary.differences.map(
    ({ experiment, id, statement, verdict, evidence }) =>
      html`<li>${verdictMark(verdict, words)}<div><p class="statement">${experimentLink(experiment, results)} <span class="name">${id}</span> ${statement}</p><p class="evidence">${evidence}</p></div></li>\n`,
  );
  return [html`<ul class="hypotheses">${items}</ul>`];
}

function problems(summary: LabSummary, words: ReportWords): Html[] {
  if (summary.problems.length === 0) return [html`<p>${words.noProblems}</p>`];
  const items = summary.problems.map(
    ({ text, remedy }) =>
      html`<li><p>${text}</p>${remedy === undefined ? undefined : commandLine(remedy, words)}</li>\n`,
  );
  return [html`<ul class="open">${items}</ul>`];
}

function next(summary: LabSummary, words: ReportWords): Html[] {
  if (summary.next.length === 0) return [html`<p>${words.nothingNext}</p>`];
  const items = summary.next.map(({ text, command }) => html`<li><p>${text}</p>${commandLine(command, words)}</li>\n`);
  return [html`<ul class="open">${items}</ul>`];
}

/** `undefined` for results without a summary, as those of a target are. */
export function summarySection(results: LabResults, words: ReportWords): Html | undefined {
  const { summary } = results;
  if (summary === undefined) return undefined;
  return html`<section id="summary" class="summary" aria-labelledby="summary-heading">
<header><h2 id="summary-heading">${words.summaryHeading}</h2><p class="aside">${words.summaryAside}</p></header>
${cards(words.bySize, 'size', summary, words)}
${cards(words.byApplication, 'application', summary, words)}
${tablePart(words.featuresHeading, summary.features)}
${tablePart(words.performanceHeading, summary.performance)}
${tablePart(words.claimsHeading, summary.claims)}
${summary.findings.length === 0 ? undefined : part(words.keyFindingsHeading, 'meaning', findings(summary, results))}
${part(words.differencesHeading, 'differences', differences(summary, results, words))}
${part(words.problemsHeading, 'problems', problems(summary, words))}
${part(words.nextHeading, 'next', next(summary, words))}
</section>`;
}
