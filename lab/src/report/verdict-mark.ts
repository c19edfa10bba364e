/** The shape of each verdict. Colour only repeats it: word and shape are enough to tell two verdicts apart. */

import type { Verdict } from '../results.ts';

/** The order of verdicts in counts and legends. */
export const verdictOrder: readonly Verdict[] = ['confirmed', 'refuted', 'conditional', 'undecided', 'not-run'];

/** The shape as a character, for Markdown and the terminal. */
export const verdictGlyph: Readonly<Record<Verdict, string>> = {
  confirmed: '●',
  refuted: '▲',
  conditional: '◆',
  undecided: '◇',
  'not-run': '○',
};

/** The shape as an SVG path in a box of 16 by 16; `undecided` and `not-run` are outlines. */
export const verdictPath: Readonly<Record<Verdict, string>> = {
  confirmed: 'M8 2a6 6 0 1 0 0 12a6 6 0 1 0 0-12z',
  refuted: 'M8 2.2L14.6 13.6H1.4z',
  conditional: 'M8 1L15 8L8 15L1 8z',
  undecided: 'M8 2.2L13.8 8L8 13.8L2.2 8z',
  'not-run': 'M8 3a5 5 0 1 0 0 10a5 5 0 1 0 0-10z',
};

export const isOutlined: Readonly<Record<Verdict, boolean>> = {
  confirmed: false,
  refuted: false,
  conditional: false,
  undecided: true,
  'not-run': true,
};
