/** The first thing a reader looks for: how many beliefs held, and one row per experiment with its verdicts. */

import type { ExperimentResult, Verdict } from '../results.ts';
import type { Html } from './html-template.ts';
import { html } from './html-template.ts';
import type { ReportWords } from './i18n/words.ts';
import type { RunFigures } from './run-figures.ts';
import { isOutlined, verdictOrder, verdictPath } from './verdict-mark.ts';

/** The anchor of an experiment's section. */
export function anchorOf(experiment: ExperimentResult): string {
  return `experiment-${experiment.id.replace('.', '-')}`;
}

/** The shapes, drawn once; every mark in the page refers to them. */
export function shapeDefinitions(): Html {
  const shapes = verdictOrder.map((verdict) => {
    const fill = isOutlined[verdict] ? 'none' : 'currentColor';
    const stroke = isOutlined[verdict] ? 'currentColor' : 'none';
    const dash = verdict === 'not-run' ? html` stroke-dasharray="2.6 2.4"` : undefined;
    return html`<symbol id="shape-${verdict}" viewBox="0 0 16 16"><path d="${verdictPath[verdict]}" fill="${fill}" stroke="${stroke}" stroke-width="2"${dash}/></symbol>`;
  });
  const ran = html`<symbol id="shape-ran" viewBox="0 0 16 16"><path d="M2.5 8.5l3.6 3.7L13.5 4" fill="none" stroke="currentColor" stroke-width="2"/></symbol>`;
  return html`<svg class="definitions" width="0" height="0" aria-hidden="true" focusable="false">${shapes}${ran}</svg>`;
}

/** A shape by itself, for a place where the word stands beside it. `ran` is a tick: that it ran is not a verdict. */
export function shapeMark(shape: Verdict | 'ran'): Html {
  return html`<svg class="shape is-${shape}" aria-hidden="true" focusable="false"><use href="#shape-${shape}"/></svg>`;
}

/** Shape and word, always together. */
export function verdictMark(verdict: Verdict, words: ReportWords): Html {
  return html`<span class="verdict is-${verdict}">${shapeMark(verdict)}${words.verdict[verdict]}</span>`;
}

function tally(figures: RunFigures, words: ReportWords): Html {
  const items = figures.counts.map(
    ([verdict, count]) => html`<li class="${count === 0 ? 'is-none' : ''}">
<span class="count">${count}</span> ${verdictMark(verdict, words)} <span class="meaning">${words.verdictMeaning[verdict]}</span></li>`,
  );
  return html`<ul class="tally">${items}</ul>`;
}

function row(experiment: ExperimentResult, columns: number, words: ReportWords): Html {
  const cells = Array.from({ length: columns }, (_, index) => {
    const hypothesis = experiment.hypotheses[index];
    const verdict = experiment.status === 'not-run' ? 'not-run' : hypothesis?.verdict;
    const name = hypothesis?.id ?? `H${index + 1}`;
    if (verdict === undefined) return html`<td role="cell" class="hypothesis is-empty"></td>`;
    return html`<td role="cell" class="hypothesis" data-name="${name}">${verdictMark(verdict, words)}</td>`;
  });
  const headline = experiment.headline === '' ? words.noKeyFigure : experiment.headline;
  return html`<tr role="row" class="is-${experiment.status}">
<td role="cell" class="id">${experiment.id}</td>
<th role="rowheader" scope="row" class="question"><a href="#${anchorOf(experiment)}">${experiment.question}</a></th>
${cells}
<td role="cell" class="key-figure">${headline}</td></tr>`;
}

/** The heading, the count of each verdict and the table. */
export function verdictsSection(figures: RunFigures, words: ReportWords): Html {
  const columns = figures.hypothesisColumns;
  const names = Array.from(
    { length: columns },
    (_, index) => html`<th role="columnheader" scope="col">H${index + 1}</th>`,
  );
  const bodies = figures.groups.map(
    ({ group, experiments }) => html`<tbody role="rowgroup">
<tr role="row" class="group"><th role="rowheader" scope="rowgroup" colspan="${columns + 3}">${words.schemeOfGroup(group)}</th></tr>
${experiments.map((experiment) => row(experiment, columns, words))}</tbody>`,
  );
  return html`<section id="verdicts" class="verdicts" aria-labelledby="verdicts-heading" tabindex="-1">
<header><h2 id="verdicts-heading">${words.verdictsHeading}</h2><p class="aside">${words.refutedIsAFinding}</p></header>
${tally(figures, words)}
<table role="table" class="verdict-table" aria-labelledby="verdicts-heading">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">${words.columnId}</th><th role="columnheader" scope="col">${words.columnQuestion}</th>${names}<th role="columnheader" scope="col">${words.columnKeyFigure}</th></tr></thead>
${bodies}</table>
</section>`;
}
