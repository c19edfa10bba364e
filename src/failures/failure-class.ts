import { PayloadError } from '../payload/errors.ts';
import { BusinessError, FatalError } from './errors.ts';

/**
 * What a failure means for what was to be done: `temporary` is tried again later, `business` is refused by the
 * application's own rules, and with `fatal` trying again is of no use.
 */
export type FailureClass = 'temporary' | 'business' | 'fatal';

/** `undefined` leaves it to the class of the error; so does a function that throws, or gives anything else. */
export type Classify = (error: unknown) => FailureClass | undefined;

/**
 * What was thrown decides; anything that is not known is taken for temporary, and so is tried again.
 * @param isFatal for errors of Sallyport's own that no further attempt can change
 */
export function classOf(
  error: unknown,
  classify: Classify | undefined,
  isFatal: (error: unknown) => boolean,
): FailureClass {
  const chosen = chosenBy(classify, error);
  if (chosen !== undefined) return chosen;
  if (error instanceof BusinessError || error instanceof PayloadError) return 'business';
  return error instanceof FatalError || isFatal(error) ? 'fatal' : 'temporary';
}

function chosenBy(classify: Classify | undefined, error: unknown): FailureClass | undefined {
  try {
    const chosen = classify?.(error);
    return chosen === 'temporary' || chosen === 'business' || chosen === 'fatal' ? chosen : undefined;
  } catch {
    return undefined;
  }
}
