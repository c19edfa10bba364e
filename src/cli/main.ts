#!/usr/bin/env node
/** The program `sallyport`. */
import { runCli } from './application.ts';

// Whoever reads our output may stop reading (`| head`), or the terminal may be closed: that is no reason to fail.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

process.exitCode = await runCli(process.argv.slice(2), process);
