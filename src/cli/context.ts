import type { CommandContext } from '@stricli/core';

/** What a command is given of the process it runs in. */
export interface CliContext extends CommandContext {
  readonly process: {
    readonly stdout: NodeJS.WriteStream;
    readonly stderr: NodeJS.WriteStream;
    readonly env: Readonly<Record<string, string | undefined>>;
  };
  /** 0 unless said otherwise. */
  setExitCode(code: number): void;
}
