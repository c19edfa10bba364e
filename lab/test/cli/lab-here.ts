/** The command line without a process of its own, for what starts no server: its exit code and what it writes. */
import { runCli } from '../../src/cli/application.ts';

export interface LabOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function runLabHere(args: readonly string[]): Promise<LabOutcome> {
  const written = { stdout: '', stderr: '' };
  // No terminal, as a pipe is none.
  const streamTo = (name: keyof typeof written) =>
    ({
      write(text: string) {
        written[name] += text;
        return true;
      },
    }) as NodeJS.WriteStream;
  const code = await runCli(args, { stdout: streamTo('stdout'), stderr: streamTo('stderr'), env: process.env });
  return { code, ...written };
}
