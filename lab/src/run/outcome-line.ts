import type { ReportWords } from '../report/i18n/words.ts';
import { verdictGlyph } from '../report/verdict-mark.ts';
import type { ExperimentResult } from '../results.ts';

/** One experiment's result in one line, e.g. `● H1 confirmed  ▲ H2 refuted   200 / 401 / 401 (2.1 s)`. */
export function outcomeLine(
  { status, reason, hypotheses, headline, durationMs }: ExperimentResult,
  words: ReportWords,
): string {
  const seconds = `(${(durationMs / 1000).toFixed(1)} s)`;
  if (status === 'not-run')
    return `${verdictGlyph['not-run']} ${words.verdict['not-run']}: ${firstLine(reason ?? words.notRunWithoutReason)} ${seconds}`;
  const verdicts = hypotheses.map(({ id, verdict }) => `${verdictGlyph[verdict]} ${id} ${words.verdict[verdict]}`);
  return `${verdicts.join('  ')}   ${headline} ${seconds}`;
}

/** A server's last output can be long; the report shows all of it. */
export function firstLine(text: string): string {
  const [first = '', ...rest] = text.trim().split('\n');
  return rest.length === 0 ? first : `${first} …`;
}
