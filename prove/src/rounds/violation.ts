/** One broken promise. */
export interface Violation {
  readonly rule: string;
  readonly detail: string;
}

/** What is said of a round whose fault found nothing to break, as a link that is cut while nothing is under way. */
export const didNotStrike = 'fault did not strike';

/** Of each rule; the JSON has them all. */
const mostDetails = 2;

/** A line for each rule that was broken, with some of the details and their rounds. */
export function violationNotes(
  about: string,
  violations: readonly (Violation & { readonly round: number })[],
): string[] {
  return [...new Set(violations.map(({ rule }) => rule))].map((rule) => {
    const own = violations.filter((violation) => violation.rule === rule);
    const details = own.slice(0, mostDetails).map(({ detail, round }) => `${detail} (round ${round})`);
    const more = own.length > mostDetails ? [`and ${own.length - mostDetails} more`] : [];
    return `${about}: ${rule}: ${[...details, ...more].join('; ')}`;
  });
}
