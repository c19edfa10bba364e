#!/usr/bin/env node
/** The program `sallyport-lab`. */
import { runCli } from './application.ts';

// Whoever reads our output may stop reading (`| head`), or the terminal may be closed: that is no reason to fail.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

process.exitCode = await runCli(process.argv.slice(2), process);
// All of it has to be read first, however slowly.
await new Promise((written) => process.stdout.write('', written));
// A connection that an experiment left open must not keep a finished program alive.
setTimeout(() => process.exit(), 3000).unref();
