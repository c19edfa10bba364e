/** What can go wrong with an application that a file describes. */
import { SallyportError } from 'sallyport';

/** The file is not JSON, or says something that it can not say. One line per problem. */
export class TargetFileError extends SallyportError {
  override readonly name: string = 'TargetFileError';
  /** Where in the file, and what is accepted there; one line each. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[], options?: ErrorOptions) {
    const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
    super('ERR_LAB_TARGET_FILE', `The target file has ${count}:\n${problems.join('\n')}`, options);
    this.problems = problems;
  }
}

/** The question can not be put to this application, by what its file says. The message is the reason. */
export class TargetCannotError extends SallyportError {
  override readonly name: string = 'TargetCannotError';
  constructor(reason: string) {
    super('ERR_LAB_TARGET_CANNOT', reason);
  }
}

/** The application did not start, stop or answer as its file says. */
export class TargetAnswerError extends SallyportError {
  override readonly name: string = 'TargetAnswerError';
  constructor(problem: string, options?: ErrorOptions) {
    super('ERR_LAB_TARGET_ANSWER', problem, options);
  }
}
