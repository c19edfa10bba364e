/** The command line: which commands and flags there are, and which exit code a failure has. */
import { createRequire } from 'node:module';
import { type Application, buildApplication, buildCommand, buildRouteMap, ExitCode, run, text_en } from '@stricli/core';
import { InvalidOptionError, SallyportError } from '../errors.ts';
import type { CliContext } from './context.ts';
import { wholeFlag } from './flags.ts';
import { auditHelp } from './help-text.ts';
import { type TokensAuditFlags, tokensAuditCommand } from './tokens-audit-command.ts';

const yearSeconds = 31_536_000;

const auditSpec = buildCommand<TokensAuditFlags, [], CliContext>({
  func: tokensAuditCommand,
  parameters: {
    flags: {
      redis: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'URL',
        brief: 'The server, Sentinel group or cluster (default: SALLYPORT_REDIS_URL or REDIS_URL)',
      },
      namespace: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'NAME',
        brief: 'Prefix of all keys (default: SALLYPORT_NAMESPACE, or sallyport)',
      },
      within: {
        kind: 'parsed',
        parse: wholeFlag(0, yearSeconds),
        default: '300',
        placeholder: 'SECONDS',
        brief: 'List the tokens that expire within this time',
      },
      remove: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Mend what is found; needs --max-ttl',
      },
      maxTtl: {
        kind: 'parsed',
        parse: wholeFlag(1, yearSeconds),
        optional: true,
        placeholder: 'SECONDS',
        brief: 'Longest life of a token: maxTtlSeconds of your tokens, or more',
      },
      refreshTtl: {
        kind: 'parsed',
        parse: wholeFlag(1, yearSeconds),
        optional: true,
        placeholder: 'SECONDS',
        brief: 'Life of a refresh token, for a login without a time to live (default: 604800, 7 days)',
      },
      count: {
        kind: 'parsed',
        parse: wholeFlag(10, 10_000),
        default: '500',
        placeholder: 'N',
        brief: 'About how many keys one SCAN looks at',
      },
      pause: {
        kind: 'parsed',
        parse: wholeFlag(0, 10_000),
        default: '5',
        placeholder: 'MS',
        brief: 'Leave the server alone for so many milliseconds after each SCAN',
      },
      limit: {
        kind: 'parsed',
        parse: wholeFlag(0, 1_000_000),
        default: '20',
        placeholder: 'N',
        brief: 'Show so many findings one by one; all are counted',
      },
      json: { kind: 'boolean', default: false, withNegated: false, brief: 'Print the findings as JSON' },
    },
  },
  docs: { brief: 'Find keys of tokens that would stay for ever, and orphans', fullDescription: auditHelp },
});

function sallyportApplication(): Application<CliContext> {
  const { version } = createRequire(import.meta.url)('sallyport/package.json') as { version: string };
  const seeHelp = '(sallyport tokens audit --help explains all flags)';
  return buildApplication(
    buildRouteMap({
      routes: {
        tokens: buildRouteMap({ routes: { audit: auditSpec }, docs: { brief: 'What is kept of tokens' } }),
      },
      docs: { brief: 'Sessions, tokens and messages for web applications on more than one server' },
    }),
    {
      name: 'sallyport',
      versionInfo: { currentVersion: version },
      scanner: { caseStyle: 'allow-kebab-for-camel' },
      documentation: { caseStyle: 'convert-camel-to-kebab' },
      localization: {
        text: {
          ...text_en,
          exceptionWhileParsingArguments: (error) =>
            `sallyport: ${text_en.exceptionWhileParsingArguments.call({ formatException: messageOf }, error, false)} ${seeHelp}`,
          noCommandRegisteredForInput: ({ input }) =>
            `sallyport: there is no command "${input}"; there is: tokens audit ${seeHelp}`,
          exceptionWhileRunningCommand: (error) => `sallyport: ${messageOf(error)}`,
        },
      },
      // What is wrong with an option is known before anything is started; all else ended the audit.
      determineExitCode: (error) => (error instanceof InvalidOptionError ? 2 : 3),
    },
  );
}

/** Ours say all there is to say; anything else is a bug, and its stack helps to find it. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof SallyportError || error instanceof RangeError
    ? error.message
    : (error.stack ?? error.message);
}

/** Resolves with the exit code. */
export async function runCli(args: readonly string[], process: CliContext['process']): Promise<number> {
  let exitCode = 0;
  const outcome: { exitCode?: number | string | null } = {};
  await run(sallyportApplication(), args.length === 0 ? ['--help'] : args, {
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
  return ended < 0 ? 3 : ended || exitCode;
}
