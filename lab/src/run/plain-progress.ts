/** Progress as one line per event, for logs and pipes. */
import type { ReportWords } from '../report/i18n/words.ts';
import { outcomeLine } from './outcome-line.ts';
import type { Progress } from './progress.ts';

export function plainProgress(stream: { write(text: string): unknown }, words: ReportWords): Progress {
  const say = (line: string) => stream.write(`${line}\n`);
  return {
    say,
    run: async (tasks) => {
      for (const { title, run } of tasks) {
        say(title);
        const result = await run((message) => say(`    ${message}`));
        say(`  ${outcomeLine(result, words)}`);
      }
    },
  };
}
