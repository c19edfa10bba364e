/** Reads the values of flags. What they throw is shown with the flag's name before it. */

/** A reader of whole numbers within bounds. */
export function wholeFlag(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < least || number > most) {
      throw new RangeError(`a whole number from ${least} to ${most}`);
    }
    return number;
  };
}
