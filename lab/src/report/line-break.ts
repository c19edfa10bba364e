/** Where a text may be broken into lines: at spaces, and between Chinese characters, which are twice as wide. */

/** Chinese characters and full-width punctuation. */
const wide = /[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60]/g;

/** A Chinese character or a word, with the punctuation that may not be parted from it and the spaces behind it. */
const unbroken =
  /[（《「]*(?:[\u2e80-\u2fff\u3003-\u3007\u3021-\u9fff\uf900-\ufaff]|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60]+|\S)[，。、：；？！）》」]*\s*/g;

/** How many columns of a terminal the text takes. */
export function columnsOf(text: string): number {
  return text.length + (text.match(wide)?.length ?? 0);
}

/** As few lines as fit; what can not be broken is left too wide. */
export function brokenLines(text: string, fits: (line: string) => boolean): string[] {
  const lines: string[] = [];
  for (const part of text.match(unbroken) ?? []) {
    const longer = `${lines.at(-1) ?? ''}${part}`;
    if (lines.length > 0 && fits(longer.trimEnd())) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines.map((line) => line.trim());
}
