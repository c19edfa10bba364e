/** The end of the page: the machine, what happened on the way, where the time went, and what ran. */

import type { LabResults } from '../results.ts';
import { momentText, sizeText } from './figure.ts';
import type { Html } from './html-template.ts';
import { html } from './html-template.ts';
import { anchorOf, shapeMark } from './html-verdicts.ts';
import type { ReportWords } from './i18n/words.ts';
import type { RunFigures } from './run-figures.ts';

/** The environment as pairs of a name and a value, in reading order. */
export function environmentFacts(results: LabResults, words: ReportWords): (readonly [string, string])[] {
  const { environment } = results;
  return [
    [words.startedAt, momentText(results.startedAt)],
    [words.tookColumn, words.duration(results.durationMs)],
    [words.times, words.timeScale(results.timeScale)],
    [words.seed, String(results.seed)],
    [words.operatingSystem, environment.os],
    [words.processor, words.processorText(environment.cpu, environment.cores)],
    [words.memory, sizeText(environment.memoryBytes)],
    [words.balancer, words.balancerNames[environment.balancer]],
    ...Object.entries(environment.versions),
  ];
}

function timeTable(figures: RunFigures, words: ReportWords): Html {
  const rows: (readonly [string, number])[] = figures.groups.map(({ group, durationMs }) => [
    words.schemeOfGroup(group),
    durationMs,
  ]);
  if (figures.outsideMs > 0) rows.push([words.outsideExperiments, figures.outsideMs]);
  const longest = Math.max(1, ...rows.map(([, durationMs]) => durationMs));
  const lines = rows.map(
    ([name, durationMs]) =>
      html`<tr><th scope="row">${name}</th><td class="bar"><svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width="${Math.max(0.5, (100 * durationMs) / longest).toFixed(1)}" height="8" rx="1"/></svg></td><td class="number">${words.duration(durationMs)}</td></tr>\n`,
  );
  return html`<table class="time"><thead class="hidden"><tr><th scope="col">${words.groupColumn}</th><td></td><th scope="col">${words.tookColumn}</th></tr></thead><tbody>${lines}</tbody></table>`;
}

function checklist(results: LabResults, words: ReportWords): Html {
  const items = results.experiments.map((experiment) => {
    const ran = experiment.status === 'ran';
    return html`<li>${shapeMark(ran ? 'ran' : 'not-run')}<a href="#${anchorOf(experiment)}"><span class="id">${experiment.id}</span> ${experiment.title}</a><span class="state">${ran ? words.ranIn(experiment.durationMs) : words.verdict['not-run']}</span></li>\n`;
  });
  return html`<ul class="checklist">${items}</ul>`;
}

/** Environment, notices, time per group, what ran, and where the raw data is. */
export function aboutRunSection(results: LabResults, figures: RunFigures, words: ReportWords): Html {
  const facts = environmentFacts(results, words).map(
    ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  );
  const notices =
    results.notices.length === 0
      ? undefined
      : html`<div class="part" id="notices"><h3>${words.noticesHeading}</h3><div class="content"><ul>${results.notices.map((notice) => html`<li>${notice}</li>`)}</ul></div></div>`;
  return html`<section id="about-run" class="about-run" aria-labelledby="about-run-heading">
<h2 id="about-run-heading">${words.runHeading}</h2>
${notices}
<div class="part"><h3>${words.environmentHeading}</h3><div class="content"><dl class="facts">${facts}</dl></div></div>
<div class="part"><h3>${words.timeHeading}</h3><div class="content">${timeTable(figures, words)}</div></div>
<div class="part"><h3>${words.checklistHeading}</h3><div class="content">${checklist(results, words)}</div></div>
<div class="part"><h3>${words.rawHeading}</h3><div class="content"><p>${words.rawText}</p><button type="button" class="button" data-save hidden>${words.saveResults}</button></div></div>
</section>`;
}
