import { SallyportError } from '../errors.ts';

/** One thing that a schema found. */
export interface PayloadIssue {
  readonly message: string;
  /** Where in the payload, members joined by dots. */
  readonly path?: string;
}

/** A payload that is refused: by the schema, because JSON cannot hold it, or because it is too large. */
export class PayloadError extends SallyportError {
  override readonly name: string = 'PayloadError';
  /** What the schema found; empty for other reasons. */
  readonly issues: readonly PayloadIssue[];

  constructor(problem: string, issues: readonly PayloadIssue[] = [], options?: ErrorOptions) {
    super('ERR_PAYLOAD', `The payload ${problem}.`, options);
    this.issues = issues;
  }
}
