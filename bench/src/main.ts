/** The entry of `npm run bench`. */
import { runCommandLine } from './command-line.ts';
import { layouts } from './layouts/layouts.ts';
import { queue } from './queue/queue.ts';
import { queueDay } from './queue-day/queue-day.ts';
import { queueDepth } from './queue-depth/queue-depth.ts';
import { races } from './races/races.ts';

process.exitCode = await runCommandLine(process.argv.slice(2), {
  benchmarks: [races, layouts, queue, queueDepth, queueDay],
  stdout: process.stdout,
  stderr: process.stderr,
});
