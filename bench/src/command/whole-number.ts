/** Reads a flag's value. What it throws is shown with the flag's name before it. */
export function wholeNumber(what: string, low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d{1,10}$/.test(text) || value < low || value > high) {
      throw new SyntaxError(`${what} is a whole number from ${low} to ${high}`);
    }
    return value;
  };
}

/** Seeds are drawn below this. */
export const seeds: number = 2 ** 32;

export const parseSeed: (text: string) => number = wholeNumber('a seed', 0, seeds - 1);
