/** Progress as one line per event, for logs and pipes. */
import { outcomeLine } from './outcome-line.ts';
import type { Progress } from './progress.ts';

export function plainProgress(stream: { write(text: string): unknown }): Progress {
  const say = (line: string) => stream.write(`${line}\n`);
  return {
    say,
    run: async (tasks) => {
      for (const { title, run } of tasks) {
        say(title);
        const result = await run((message) => say(`    ${message}`));
        say(`  ${outcomeLine(result)}`);
      }
    },
  };
}
