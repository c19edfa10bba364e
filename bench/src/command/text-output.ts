/** Where a command line writes to: a stream of the process, or what a test reads. */
export interface TextOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}
