/** `npm run prove -- NAME`: options, checks before anything runs, and the exit code. */
import { randomInt } from 'node:crypto';
import {
  type CommandExitCode,
  type CommandOutput,
  CommandUsageError,
  listNamed,
  missingPrograms,
  openResultFile,
  parseSeed,
  requireNamed,
  runNamedCommand,
  saveResult,
  seeds,
  wholeNumber,
} from '@sallyport/bench/command';
import { describeMachine } from '@sallyport/bench/machine';
import type { Proof } from './proof.ts';

export interface CommandLineOptions extends CommandOutput {
  readonly proofs: readonly Proof[];
}

type Flags = {
  readonly rounds: number;
  readonly seed?: number;
  readonly round?: number;
  readonly peers: boolean;
  readonly json?: string;
  readonly list: boolean;
};

/** 0: every promise was kept. 1: one was not, or the run failed. 2: not understood, and nothing was run. */
export async function runCommandLine(args: readonly string[], options: CommandLineOptions): Promise<CommandExitCode> {
  const parseRounds = wholeNumber('it', 1, 100_000);
  return runNamedCommand<Flags>(
    args,
    {
      program: 'npm run prove --',
      brief: 'Break things at random moments and hold what is left against what was promised',
      nameBrief: 'What to prove',
      flags: {
        rounds: {
          kind: 'parsed',
          parse: parseRounds,
          brief: 'How many rounds',
          placeholder: 'NUMBER',
          default: '20',
        },
        seed: {
          kind: 'parsed',
          parse: parseSeed,
          brief: 'Repeat the rounds of an earlier run',
          placeholder: 'NUMBER',
          optional: true,
        },
        round: {
          kind: 'parsed',
          parse: parseRounds,
          brief: 'Only the round of this number',
          placeholder: 'NUMBER',
          optional: true,
        },
        peers: { kind: 'boolean', brief: 'The same rounds with what others have made', default: false },
        json: {
          kind: 'parsed',
          parse: String,
          brief: 'Write the result to this file',
          placeholder: 'FILE',
          optional: true,
        },
        list: { kind: 'boolean', brief: 'Name the proofs', default: false },
      },
      run: async (name, flags) => (flags.list ? list(options) : prove(name, flags, options)),
    },
    options,
  );
}

function list({ proofs, stdout }: CommandLineOptions): CommandExitCode {
  stdout.write(listNamed(proofs));
  return 0;
}

async function prove(
  name: string | undefined,
  { round, peers, json, seed = randomInt(seeds), ...flags }: Flags,
  { proofs, stdout, stderr }: CommandLineOptions,
): Promise<CommandExitCode> {
  const proof = requireNamed('proof', proofs, name);
  if (peers && !proof.hasPeers)
    throw new CommandUsageError(`${proof.name} has no peers to be held to the same; leave out --peers.`);
  const rounds = Math.max(flags.rounds, round ?? 0);
  const file = json === undefined ? undefined : await openResultFile(json);
  const missing = await missingPrograms(`The proof ${proof.name}`, ['redis-server']);
  if (missing.length > 0) {
    for (const line of missing) stderr.write(line);
    return 1;
  }

  const machine = await describeMachine(proof.packages(peers));
  const startedAt = new Date().toISOString();
  const clearLine = stderr.isTTY === true ? '\r\x1b[2K' : '';
  const lineEnd = stderr.isTTY === true ? '' : '\n';
  stderr.write(`seed ${seed}\n`);
  const { report, table, isKept } = await proof.run({
    seed,
    rounds,
    onlyRound: round,
    peers,
    onRound: (number, fault, subject) => {
      stderr.write(`${clearLine}round ${number} of ${rounds}: ${fault}, ${subject}${lineEnd}`);
    },
  });
  stderr.write(clearLine);
  const which = round === undefined ? `${rounds} rounds` : `round ${round}`;
  stdout.write(`${proof.title} (${which}, seed ${seed})\n${table}\n`);
  const result = { name: proof.name, machine, startedAt, seed, ...report };
  if (file !== undefined && json !== undefined && !(await saveResult(file, json, result, stderr))) return 1;
  return isKept ? 0 : 1;
}
