import { SallyportError } from '../errors.ts';

/** The request carries no bearer token. */
export class TokenMissingError extends SallyportError {
  override readonly name: string = 'TokenMissingError';
  constructor() {
    super('ERR_TOKEN_MISSING', 'token missing');
  }
}

/** Whoever asks is known, and may not do this. */
export class AccessDeniedError extends SallyportError {
  override readonly name: string = 'AccessDeniedError';
  /** Set when it was a token that did not suffice. */
  readonly byToken: boolean;

  constructor({ byToken = false }: { readonly byToken?: boolean } = {}) {
    super('ERR_ACCESS_DENIED', 'access denied');
    this.byToken = byToken;
  }
}

/** The response had begun before a cookie had to be set. Nothing was stored. */
export class ResponseStartedError extends SallyportError {
  override readonly name: string = 'ResponseStartedError';
  constructor() {
    super(
      'ERR_RESPONSE_STARTED',
      'A cookie or a token has to go out with the head of the response, but that has already begun: log in, log out, ' +
        'refresh and write the first session field before sending the body.',
    );
  }
}

/** A request reached a guard or a handler that needs `request.session` without passing the session adapter. */
export class SessionNotSetUpError extends SallyportError {
  override readonly name: string = 'SessionNotSetUpError';
  constructor() {
    super('ERR_SESSION_NOT_SET_UP', 'request.session is missing: mount the session middleware before this route.');
  }
}
