/** Progress as a list that moves, on a terminal. */
import { Listr, ListrLogger, ProcessOutput } from 'listr2';
import type { ReportWords } from '../report/i18n/words.ts';
import { outcomeLine } from './outcome-line.ts';
import type { Progress } from './progress.ts';

export function liveProgress(stream: NodeJS.WriteStream, words: ReportWords): Progress {
  // Whatever is written past the list while it moves would tear it: lines go to the task that is running.
  let currentOutput: ((line: string) => void) | undefined;
  return {
    say: (line) => {
      if (currentOutput === undefined) stream.write(`${line}\n`);
      else currentOutput(line);
    },
    run: async (tasks) => {
      const list = new Listr(
        tasks.map(({ title, run }) => ({
          title,
          task: async (_context, task) => {
            currentOutput = (line) => {
              task.output = line;
            };
            const result = await run(currentOutput);
            const outcome = `${title}\n${outcomeLine(result, words)}`;
            if (result.status === 'not-run') task.skip(outcome);
            else task.title = outcome;
          },
        })),
        {
          concurrent: false,
          exitOnError: false,
          // Ctrl-C is the command line's to handle: the report is still to be written.
          registerSignalListeners: false,
          rendererOptions: { logger: new ListrLogger({ processOutput: new ProcessOutput(stream, process.stderr) }) },
        },
      );
      await list.run();
      currentOutput = undefined;
    },
  };
}
