/**
 * The base of every error that Sallyport throws on purpose.
 *
 * Switch on `code`: it is stable across versions and listed in docs/errors.md. Messages are for people and may
 * change. A session id, a token or a key never appears in either.
 */
export class SallyportError extends Error {
  override readonly name: string = 'SallyportError';
  /** Stable identifier, `ERR_…`. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** An option has the wrong type or lies outside its range. Thrown while the object is built, never later. */
export class InvalidOptionError extends SallyportError {
  override readonly name: string = 'InvalidOptionError';
  /** The option as its user wrote it, e.g. `session.idleTimeoutSeconds`. */
  readonly option: string;

  constructor(option: string, accepted: string, options?: ErrorOptions) {
    super('ERR_INVALID_OPTION', `${option} must be ${accepted}.`, options);
    this.option = option;
  }
}
