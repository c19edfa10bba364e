/** What a run ends with on the terminal: the verdicts, what did not run and why, and where the report is. */
import { styleText } from 'node:util';
import CliTable3 from 'cli-table3';
import { wordsOf } from '../report/i18n/report-words.ts';
import { brokenLines, columnsOf } from '../report/line-break.ts';
import { runFigures } from '../report/run-figures.ts';
import { verdictGlyph, verdictOrder } from '../report/verdict-mark.ts';
import type { ExperimentResult, LabResults, Verdict } from '../results.ts';
import { firstLine } from '../run/outcome-line.ts';
import { cliWords } from './words.ts';

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
  const words = cliWords(results.language ?? 'en');
  const { verdict: verdictWords } = wordsOf(results);
  const paint = (verdict: Verdict, text: string) =>
    colour ? styleText(colours[verdict], text, { validateStream: false }) : text;
  const isNarrow = width < 100;
  const cell = ({ hypotheses }: ExperimentResult, index: number) => {
    const verdict = hypotheses[index]?.verdict;
    if (verdict === undefined) return '';
    return paint(verdict, isNarrow ? verdictGlyph[verdict] : `${verdictGlyph[verdict]} ${verdictWords[verdict]}`);
  };
  const verdictWidth = isNarrow ? 4 : 15;
  // Five characters for the id, one line between columns and at both ends.
  const free = Math.max(28, Math.min(width, 160) - 5 - 3 * verdictWidth - 7);
  const questionWidth = Math.ceil(free * 0.6);
  const figureWidth = Math.floor(free * 0.4);
  const table = new CliTable3({
    head: ['', words.question, 'H1', 'H2', 'H3', words.keyFigure],
    colWidths: [5, questionWidth, verdictWidth, verdictWidth, verdictWidth, figureWidth],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const experiment of results.experiments) {
    const { id, question, headline } = experiment;
    const verdicts = [0, 1, 2].map((index) => cell(experiment, index));
    table.push([id, inLines(question, questionWidth), ...verdicts, inLines(headline, figureWidth)]);
  }
  if (!isNarrow) return table.toString();
  const legend = verdictOrder.map((verdict) => `${paint(verdict, verdictGlyph[verdict])} ${verdictWords[verdict]}`);
  return `${table.toString()}\n${legend.join('  ')}`;
}

/** The table itself breaks at spaces alone, and Chinese has none. A cell has a space on either side. */
function inLines(text: string, cellWidth: number): string {
  return brokenLines(text, (line) => columnsOf(line) <= cellWidth - 2).join('\n');
}

/** `9 of 9 experiments ran · 20 confirmed · 5 refuted`, then one line per experiment that did not. */
export function countLines(results: LabResults): string[] {
  const words = cliWords(results.language ?? 'en');
  const { verdict: verdictWords } = wordsOf(results);
  const { run, counts, notRun } = runFigures(results);
  const verdicts = counts
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => words.count(count, verdictWords[verdict]));
  return [
    [words.ranOf(run.ran, run.asked, (results.durationMs / 1000).toFixed(1)), ...verdicts].join(' · '),
    ...notRun.map(({ id, reason = '', remedy }) => {
      const mend = remedy === undefined ? '' : words.mendWith(remedy);
      return `${words.didNotRun(id, firstLine(reason))}${mend}`;
    }),
  ];
}
