/** Which known word a mistyped one was probably meant to be. */

/** The known word that is at most two typing errors away; `undefined` when none is, or the word is too short to tell. */
export function nearestWord(mistyped: string, known: readonly string[]): string | undefined {
  const near = known
    .map((word) => ({ word, errors: typingErrors(mistyped.toLowerCase(), word.toLowerCase()) }))
    .filter(({ word, errors }) => errors <= 2 && errors < Math.max(mistyped.length, word.length) / 2)
    .sort((a, b) => a.errors - b.errors);
  return near[0]?.word;
}

/** Letters to insert, remove, replace, or to swap with the next one (optimal string alignment). */
function typingErrors(from: string, to: string): number {
  let beforeThat: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const areSwapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const swapped = row > 1 && column > 1 && areSwapped ? (beforeThat[column - 2] ?? 0) + 1 : replaced;
      current.push(Math.min(replaced, swapped, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    beforeThat = previous;
    previous = current;
  }
  return previous[to.length] ?? 0;
}
