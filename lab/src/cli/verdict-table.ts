/** What a run ends with on the terminal: the verdicts, what did not run and why, and where the report is. */
import { styleText } from 'node:util';
import CliTable3 from 'cli-table3';
import { english } from '../report/i18n/en.ts';
import { summarise } from '../report/summary.ts';
import { verdictGlyph, verdictOrder } from '../report/verdict-mark.ts';
import type { ExperimentResult, LabResults, Verdict } from '../results.ts';
import { firstLine } from '../run/outcome-line.ts';

export interface TableStyle {
  readonly colour: boolean;
  /** Characters per line. */
  readonly width: number;
}

const colours = {
  confirmed: 'green',
  refuted: 'magenta',
  conditional: 'cyan',
  undecided: 'yellow',
  'not-run': 'gray',
} as const;

export function verdictTable(results: LabResults, { colour, width }: TableStyle): string {
  const paint = (verdict: Verdict, text: string) =>
    colour ? styleText(colours[verdict], text, { validateStream: false }) : text;
  const isNarrow = width < 100;
  const cell = ({ hypotheses }: ExperimentResult, index: number) => {
    const verdict = hypotheses[index]?.verdict;
    if (verdict === undefined) return '';
    return paint(verdict, isNarrow ? verdictGlyph[verdict] : `${verdictGlyph[verdict]} ${english.verdict[verdict]}`);
  };
  const verdictWidth = isNarrow ? 4 : 15;
  // Five characters for the id, one line between columns and at both ends.
  const free = Math.max(28, Math.min(width, 160) - 5 - 3 * verdictWidth - 7);
  const table = new CliTable3({
    head: ['', 'Question', 'H1', 'H2', 'H3', 'Key figure'],
    colWidths: [5, Math.ceil(free * 0.6), verdictWidth, verdictWidth, verdictWidth, Math.floor(free * 0.4)],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const experiment of results.experiments) {
    const { id, question, headline } = experiment;
    table.push([id, question, cell(experiment, 0), cell(experiment, 1), cell(experiment, 2), headline]);
  }
  if (!isNarrow) return table.toString();
  const legend = verdictOrder.map((verdict) => `${paint(verdict, verdictGlyph[verdict])} ${english.verdict[verdict]}`);
  return `${table.toString()}\n${legend.join('  ')}`;
}

/** `9 of 9 experiments ran · 20 confirmed · 5 refuted`, then one line per experiment that did not. */
export function countLines(results: LabResults): string[] {
  const { run, counts, notRun } = summarise(results);
  const verdicts = counts
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${count} ${english.verdict[verdict]}`);
  return [
    [`${run.ran} of ${run.asked} experiments ran in ${(results.durationMs / 1000).toFixed(1)} s`, ...verdicts].join(
      ' · ',
    ),
    ...notRun.map(({ id, reason = '', remedy }) => {
      const mend = remedy === undefined ? '' : ` Mend it with: ${remedy}`;
      return `${id} did not run: ${firstLine(reason)}${mend}`;
    }),
  ];
}
