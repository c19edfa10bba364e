/** The entry of `npm run bench`. */

import { channels } from './channels/channels.ts';
import { runCommandLine } from './command-line.ts';
import { layouts } from './layouts/layouts.ts';
import { presence } from './presence/presence.ts';
import { queue } from './queue/queue.ts';
import { queueDay } from './queue-day/queue-day.ts';
import { queueDepth } from './queue-depth/queue-depth.ts';
import { races } from './races/races.ts';
import { sessions } from './sessions/sessions.ts';
import { streams } from './streams/streams.ts';
import { streamsCatchUp } from './streams/streams-catch-up.ts';
import { tokenModes } from './token-modes/token-modes.ts';
import { tokens } from './tokens/tokens.ts';

process.exitCode = await runCommandLine(process.argv.slice(2), {
  benchmarks: [
    races,
    layouts,
    sessions,
    presence,
    tokens,
    tokenModes,
    queue,
    queueDepth,
    queueDay,
    streams,
    streamsCatchUp,
    channels,
  ],
  stdout: process.stdout,
  stderr: process.stderr,
});
