import { SallyportError } from 'sallyport';

/** The command line asks for what can not be done; nothing has run. The message is one line. */
export class BenchmarkUsageError extends SallyportError {
  override readonly name: string = 'BenchmarkUsageError';

  constructor(message: string, options?: ErrorOptions) {
    super('ERR_BENCH_USAGE', message, options);
  }
}
