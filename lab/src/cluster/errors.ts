import { SallyportError } from 'sallyport';

/** A server exited, or did not answer, before its deadline. The message ends with what it printed last. */
export class ServerStartError extends SallyportError {
  override readonly name: string = 'ServerStartError';
  /** What was to be started, e.g. `redis on port 21877`. */
  readonly server: string;
  /** The last 8 KB of its standard output and error. */
  readonly output: string;

  constructor(server: string, problem: string, output: string, options?: ErrorOptions) {
    const printed = output.trim();
    super(
      'ERR_LAB_SERVER_START',
      `${server} did not start: ${problem}.${printed === '' ? ' It printed nothing.' : ` It printed:\n${printed}`}`,
      options,
    );
    this.server = server;
    this.output = output;
  }
}

/** A server was asked to freeze or thaw after it had exited. */
export class ServerGoneError extends SallyportError {
  override readonly name: string = 'ServerGoneError';

  constructor(server: string) {
    super('ERR_LAB_SERVER_GONE', `${server} is not running; restart it first.`);
  }
}

/** A program that the lab drives is not on this machine. The message ends with the line that mends it. */
export class ProgramMissingError extends SallyportError {
  override readonly name: string = 'ProgramMissingError';
  readonly program: string;

  constructor(program: string, mend: string) {
    super('ERR_LAB_PROGRAM_MISSING', `${program} was not found. Install it: ${mend}`);
    this.program = program;
  }
}

/** No port of the range could be bound on loopback, or a port that was asked for is in use. */
export class PortTakenError extends SallyportError {
  override readonly name: string = 'PortTakenError';

  constructor(message: string) {
    super('ERR_LAB_PORT_TAKEN', message);
  }
}
