import { SallyportError } from '../errors.ts';

/**
 * What was popped cannot be given to the application: it is not JSON, or it does not fit the schema. Its bytes lie in
 * the list `<name>:undecodable`, where `list.undecodable` shows them; the next pop gives the next value. The error holds
 * nothing of the value, and neither what a parser or a schema said of it.
 */
export class ListUndecodableError extends SallyportError {
  override readonly name: string = 'ListUndecodableError';
  /** The name of the list. */
  readonly list: string;
  /** Of the first one, when several were taken together. */
  readonly reason: 'not-json' | 'schema';
  /** How many values were set aside. */
  readonly count: number;
  /** False when Redis went away before they were set aside: they are gone. `cause` tells how. */
  readonly kept: boolean;

  constructor(
    list: string,
    reason: 'not-json' | 'schema',
    { count, kept, ...options }: ErrorOptions & { readonly count: number; readonly kept: boolean },
  ) {
    const what = count === 1 ? 'A value' : `${count} values`;
    const problem = reason === 'not-json' ? 'not JSON' : 'not what the schema asks for';
    const where = kept ? `set aside in ${list}:undecodable` : 'lost, for Redis went away meanwhile';
    super(
      'ERR_LIST_UNDECODABLE',
      `${what} of the list ${list}: ${problem}; ${count === 1 ? 'it was' : 'they were'} ${where}.`,
      options,
    );
    this.list = list;
    this.reason = reason;
    this.count = count;
    this.kept = kept;
  }
}
