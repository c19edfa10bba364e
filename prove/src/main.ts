/** The entry of `npm run prove`. */
import { runCommandLine } from './command-line.ts';
import { queueProof } from './queue/queue-proof.ts';

process.exitCode = await runCommandLine(process.argv.slice(2), {
  proofs: [queueProof],
  stdout: process.stdout,
  stderr: process.stderr,
});
