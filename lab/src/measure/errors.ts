import { SallyportError } from 'sallyport';

/** A load generator failed or said something that can not be understood, so there is no measurement. */
export class LoadGeneratorError extends SallyportError {
  override readonly name: string = 'LoadGeneratorError';

  constructor(generator: string, problem: string, options?: ErrorOptions) {
    super('ERR_LAB_LOAD_GENERATOR', `${generator}: ${problem}`, options);
  }
}
