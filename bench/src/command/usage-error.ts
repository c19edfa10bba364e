import { SallyportError } from 'sallyport';

/** The command line asks for what can not be done; nothing has run. The message is one line. */
export class CommandUsageError extends SallyportError {
  override readonly name: string = 'CommandUsageError';

  constructor(message: string, options?: ErrorOptions) {
    super('ERR_COMMAND_USAGE', message, options);
  }
}
