/** The entry of `npm run prove`. */
import { channelsProof } from './channels/channels-proof.ts';
import { runCommandLine } from './command-line.ts';
import { outageProof } from './outage/outage-proof.ts';
import { queueProof } from './queue/queue-proof.ts';
import { sessionsProof } from './sessions/sessions-proof.ts';
import { streamsProof } from './streams/streams-proof.ts';
import { tokensProof } from './tokens/tokens-proof.ts';

process.exitCode = await runCommandLine(process.argv.slice(2), {
  proofs: [queueProof, streamsProof, channelsProof, sessionsProof, tokensProof, outageProof],
  stdout: process.stdout,
  stderr: process.stderr,
});
