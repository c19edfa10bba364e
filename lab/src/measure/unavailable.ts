/** A figure that this machine can not give, with the reason in place of a made-up value. */

/**
 * `not-linux`: there is no /proc to read; `process-gone`: it ended meanwhile; `no-answer`: the application was asked
 * and gave no such figure; `unreadable`: the system refuses, or writes what we do not understand.
 */
type UnavailableReason = 'not-linux' | 'process-gone' | 'no-answer' | 'unreadable';

/** Plain JSON, to be recorded as it is. */
export type Unavailable = { readonly unavailable: UnavailableReason };

export function isUnavailable(figure: object): figure is Unavailable {
  return 'unavailable' in figure;
}
