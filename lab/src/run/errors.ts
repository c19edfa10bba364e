import { SallyportError } from 'sallyport';

/** The run was ended from outside, by Ctrl-C or a signal. */
export class InterruptedError extends SallyportError {
  override readonly name: string = 'InterruptedError';
  constructor() {
    super('ERR_LAB_INTERRUPTED', 'interrupted');
  }
}

/** An experiment was not finished when its time was over. */
export class ExperimentTimeoutError extends SallyportError {
  override readonly name: string = 'ExperimentTimeoutError';
  readonly timeLimitMs: number;

  constructor(timeLimitMs: number) {
    super(
      'ERR_LAB_EXPERIMENT_TIMEOUT',
      `It was not finished after ${Math.round(timeLimitMs / 1000)} s and was stopped.`,
    );
    this.timeLimitMs = timeLimitMs;
  }
}
