import { SallyportError } from '../errors.ts';

/** Thrown by a handler: it may succeed later, e.g. a service is away. */
export class TemporaryError extends SallyportError {
  override readonly name: string = 'TemporaryError';
  /** Waits so long instead of what the options of the back-off say; a `backOff` function decides itself, also on this. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, { retryAfterMs, ...options }: ErrorOptions & { readonly retryAfterMs?: number } = {}) {
    super('ERR_TEMPORARY', message, options);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Thrown by a handler: it breaks a rule of the application and will not succeed later either. */
export class BusinessError extends SallyportError {
  override readonly name: string = 'BusinessError';

  constructor(message: string, options?: ErrorOptions) {
    super('ERR_BUSINESS', message, options);
  }
}

/** Thrown by a handler: the handler itself is broken, and trying again is of no use. */
export class FatalError extends SallyportError {
  override readonly name: string = 'FatalError';

  constructor(message: string, options?: ErrorOptions) {
    super('ERR_FATAL', message, options);
  }
}
