/** The report as one HTML file that needs nothing else: style, script, charts and the raw data are inside. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { LabResults } from '../results.ts';
import { momentText } from './figure.ts';
import { aboutRunSection } from './html-about-run.ts';
import { commandLine, experimentSection } from './html-experiment.ts';
import { summarySection } from './html-summary.ts';
import { embeddedJson, Html, html } from './html-template.ts';
import { anchorOf, shapeDefinitions, shapeMark, verdictsSection } from './html-verdicts.ts';
import { wordsOf } from './i18n/report-words.ts';
import type { ReportWords } from './i18n/words.ts';
import { pageScript } from './page-script.ts';
import type { RunFigures } from './run-figures.ts';
import { runFigures } from './run-figures.ts';

const icon =
  'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 0 24 24%22%3E%3Cpath fill=%22%231f6f8b%22 ' +
  'd=%22M2 3h4v3h4V3h4v3h4V3h4v18h-6v-5a4 4 0 0 0-8 0v5H2z%22/%3E%3C/svg%3E';

const styleSheets = [
  './page-colours.css',
  './page-type.css',
  './page-verdicts.css',
  './page-summary.css',
  './page-experiments.css',
  './page-data.css',
  './page-narrow.css',
];

function sha256(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** Shuts the page off: nothing is loaded, and no style or script runs but the two that were written with it. */
function contentSecurityPolicy(style: string): string {
  return `default-src 'none'; img-src data:; style-src ${sha256(style)}; script-src ${sha256(pageScript)}; base-uri 'none'; form-action 'none'`;
}

function labels(results: LabResults, figures: RunFigures, words: ReportWords): Html | undefined {
  const texts: Html[] = [];
  if (results.interrupted) texts.push(html`<li class="warning">${words.labelInterrupted}</li>`);
  if (results.environment.balancer === 'built-in')
    texts.push(html`<li class="warning">${words.labelBuiltInBalancer}</li>`);
  const [first] = figures.notRun;
  if (first !== undefined) {
    const target = figures.notRun.length === 1 ? anchorOf(first) : 'verdicts';
    texts.push(
      html`<li><a href="#${target}">${shapeMark('not-run')}${words.labelNotRun(figures.notRun.length)}</a></li>`,
    );
  }
  if (results.notices.length > 0)
    texts.push(html`<li><a href="#notices">${words.labelNotices(results.notices.length)}</a></li>`);
  return texts.length === 0 ? undefined : html`<ul class="labels">${texts}</ul>`;
}

function topBar(results: LabResults, figures: RunFigures, words: ReportWords): Html {
  const groups = figures.groups.map(({ group, experiments }) => {
    const links = experiments.map((experiment) => {
      const title = `${experiment.id} ${experiment.title}`;
      return html`<a href="#${anchorOf(experiment)}" title="${title}" aria-label="${title}">${experiment.id}</a>`;
    });
    return html`<span data-group="${group}">${links}</span>`;
  });
  const summary =
    results.summary === undefined ? undefined : html`<span><a href="#summary">${words.summaryHeading}</a></span>`;
  return html`<header class="top-bar"><a class="brand" href="#top"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M2 3h4v3h4V3h4v3h4V3h4v18h-6v-5a4 4 0 0 0-8 0v5H2z"/></svg><span>${words.productName}</span></a>
<nav aria-label="${words.contents}">${summary}${groups}</nav>
<button type="button" class="theme" data-theme-switch aria-pressed="false" aria-label="${words.themeButton}" title="${words.themeButton}" hidden><svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="8.5"/><path d="M12 3.5a8.5 8.5 0 0 1 0 17z"/></svg></button></header>`;
}

function masthead(results: LabResults, figures: RunFigures, words: ReportWords): Html {
  return html`<section class="masthead" aria-labelledby="title">
<p class="moment">${momentText(results.startedAt)}</p>
<h1 id="title">${words.reportTitle}</h1>
<p class="lead">${words.runSentence(figures.run)}</p>
<div class="run-line"><p class="label">${words.repeatRun}</p>${commandLine(results.command, words)}${labels(results, figures, words)}</div>
</section>`;
}

/**
 * Renders a run as one self-contained HTML page.
 *
 * @param words The fixed words of the page. @default in the language of the run
 */
export async function renderHtml(results: LabResults, words: ReportWords = wordsOf(results)): Promise<string> {
  const style = styleSheets.map((name) => readFileSync(new URL(name, import.meta.url), 'utf8')).join('');
  const figures = runFigures(results);
  const sections: Html[] = [];
  for (const experiment of results.experiments) sections.push(await experimentSection(experiment, results, words));
  return html`<!doctype html>
<html lang="${words.language}" id="top" data-copied="${words.copied}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy(style)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${words.productName}: ${words.reportTitle}</title>
<link rel="icon" href="${new Html(icon)}">
<style>${new Html(style)}</style>
<script>${new Html(pageScript)}</script>
</head>
<body>
<a class="skip" href="#verdicts">${words.skipToVerdicts}</a>
${shapeDefinitions()}
${topBar(results, figures, words)}
<main>
${masthead(results, figures, words)}
${verdictsSection(figures, words)}
${summarySection(results, words)}
${sections}
${aboutRunSection(results, figures, words)}
</main>
<footer><p>${words.writtenBy}</p></footer>
<script type="application/json" id="results">${embeddedJson(results)}</script>
</body>
</html>
`.markup;
}
