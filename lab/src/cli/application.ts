/** The command line: which commands and flags there are, and which exit code a failure has. */
import { createRequire } from 'node:module';
import { type Application, buildApplication, buildCommand, buildRouteMap, ExitCode, run, text_en } from '@stricli/core';
import { SallyportError } from 'sallyport';
import type { CliContext } from './context.ts';
import { parseFolder, parseLanguage, parseOnly, parseSeed } from './flags.ts';
import { reportHelp, runHelp } from './help-text.ts';
import { type ReportFlags, reportCommand } from './report-command.ts';
import { type RunFlags, runCommand } from './run-command.ts';
import { UsageError } from './usage-error.ts';

const outBrief = 'Folder of the report; made when it is missing';

const runSpec = buildCommand<RunFlags, [], CliContext>({
  func: runCommand,
  parameters: {
    flags: {
      only: {
        kind: 'parsed',
        parse: parseOnly,
        optional: true,
        placeholder: 'IDS',
        brief: 'Only these experiments, e.g. 1.1,2.3',
      },
      target: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'FILE',
        brief: 'Put the questions to your own application, which FILE describes',
      },
      quick: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'All times divided by ten, fewer repetitions',
      },
      full: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Real times, many more clients, draws and rounds',
      },
      seed: {
        kind: 'parsed',
        parse: parseSeed,
        optional: true,
        placeholder: 'N',
        brief: 'Repeat the random choices of another run (default: a new seed)',
      },
      out: { kind: 'parsed', parse: parseFolder, default: 'lab-report', placeholder: 'DIR', brief: outBrief },
      lang: {
        kind: 'parsed',
        parse: parseLanguage,
        default: 'en',
        placeholder: 'en|zh',
        brief: 'Language of the report and of the terminal: en or zh',
      },
      json: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Also print results.json; progress goes to standard error',
      },
      list: { kind: 'boolean', default: false, withNegated: false, brief: 'Show the experiments and run none' },
      install: {
        kind: 'boolean',
        default: true,
        brief: 'Install missing redis-server and nginx where no password is needed',
      },
    },
  },
  docs: { brief: 'Run experiments and write the report (the default)', fullDescription: runHelp },
});

const reportSpec = buildCommand<ReportFlags, [string], CliContext>({
  func: reportCommand,
  parameters: {
    flags: {
      out: {
        kind: 'parsed',
        parse: parseFolder,
        optional: true,
        placeholder: 'DIR',
        brief: `${outBrief} (default: beside the file)`,
      },
      lang: {
        kind: 'parsed',
        parse: parseLanguage,
        optional: true,
        placeholder: 'en|zh',
        brief: 'Language of both reports, en or zh (default: as recorded)',
      },
    },
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'What a run wrote', parse: String, placeholder: 'results.json' }],
    },
  },
  docs: { brief: 'Rebuild both reports from a results.json', fullDescription: reportHelp },
});

function labApplication(): Application<CliContext> {
  const { version } = createRequire(import.meta.url)('@sallyport/lab/package.json') as { version: string };
  const seeHelp = '(sallyport-lab --help explains all flags)';
  return buildApplication(
    buildRouteMap({
      routes: { run: runSpec, report: reportSpec },
      docs: { brief: 'The lab of Sallyport' },
    }),
    {
      name: 'sallyport-lab',
      versionInfo: { currentVersion: version },
      scanner: { caseStyle: 'allow-kebab-for-camel' },
      documentation: { caseStyle: 'convert-camel-to-kebab' },
      localization: {
        text: {
          ...text_en,
          exceptionWhileParsingArguments: (error) =>
            `sallyport-lab: ${text_en.exceptionWhileParsingArguments.call({ formatException: messageOf }, error, false)} ${seeHelp}`,
          noCommandRegisteredForInput: ({ input }) =>
            `sallyport-lab: there is no command "${input}"; the commands are run and report ${seeHelp}`,
          exceptionWhileRunningCommand: (error) => `sallyport-lab: ${messageOf(error)}`,
        },
      },
      determineExitCode: (error) => (error instanceof UsageError ? 2 : 1),
    },
  );
}

/** Ours say all there is to say; anything else is a bug, and its stack helps to find it. */
function messageOf(error: unknown): string {
  if (error instanceof SallyportError || !(error instanceof Error))
    return error instanceof Error ? error.message : String(error);
  return error.stack ?? error.message;
}

/** Resolves with the exit code. */
export async function runCli(args: readonly string[], process: CliContext['process']): Promise<number> {
  let exitCode = 0;
  const outcome: { exitCode?: number | string | null } = {};
  await run(labApplication(), explicitCommand(args), {
    process: Object.assign(outcome, { stdout: process.stdout, stderr: process.stderr, env: process.env }),
    forCommand: () => ({
      process,
      setExitCode: (code) => {
        exitCode = code;
      },
    }),
  });
  const ended = Number(outcome.exitCode ?? 0);
  // Stricli's own failures are negative: below 0 the command itself was never reached.
  if (ended === ExitCode.InvalidArgument || ended === ExitCode.UnknownCommand) return 2;
  return ended < 0 ? 1 : ended || exitCode;
}

/** Without a command `run` is meant, also by `--help`, which is to show the flags of the run. */
function explicitCommand(args: readonly string[]): readonly string[] {
  const [first] = args;
  const isFlag = first === undefined || first.startsWith('-');
  return isFlag && first !== '--version' && first !== '-v' ? ['run', ...args] : args;
}
