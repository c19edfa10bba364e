import { SallyportError } from 'sallyport';

/** The command line asks for something that can not be done. Exit code 2, one line. */
export class UsageError extends SallyportError {
  override readonly name: string = 'UsageError';
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_LAB_USAGE', message, options);
  }
}
