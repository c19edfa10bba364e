/** Redis' own patterns (PSUBSCRIBE, KEYS), for the memory store: `*`, `?`, `[abc]`, `[a-z]`, `[^a]` and `\` before any of them. */

/** Whether one byte fits; `undefined` stands for `*`. */
type Part = ((byte: number) => boolean) | undefined;

/**
 * Matches bytes as Redis does: a `?` or a class is one byte of UTF-8, not one character. A class that is never closed ends
 * with the pattern, and a range may be written from either end.
 */
export function globMatcher(pattern: string): (text: string) => boolean {
  const parts = partsOf(bytesOf(pattern));
  return (text) => matches(parts, bytesOf(text));
}

function matches(parts: readonly Part[], text: Int8Array): boolean {
  let part = 0;
  let at = 0;
  // Where to go on when what follows the last `*` does not fit: that one then takes a byte more.
  let star = -1;
  let starAt = 0;
  while (at < text.length) {
    const fits = parts[part];
    if (part < parts.length && fits === undefined) {
      star = part++;
      starAt = at;
    } else if (fits?.(text[at] as number)) {
      part++;
      at++;
    } else if (star >= 0) {
      part = star + 1;
      at = ++starAt;
    } else {
      return false;
    }
  }
  while (part < parts.length && parts[part] === undefined) part++;
  return part === parts.length;
}

/** Signed, as Redis compares them: in a range the bytes of other scripts come before the letters. */
function bytesOf(text: string): Int8Array {
  return new Int8Array(Buffer.from(text));
}

const [star, question, open, close, caret, dash, backslash] = bytesOf('*?[]^-\\') as unknown as readonly number[];

function partsOf(pattern: Int8Array): Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < pattern.length; at++) {
    let byte = pattern[at];
    if (byte === star) {
      parts.push(undefined);
    } else if (byte === question) {
      parts.push(() => true);
    } else if (byte === open) {
      const { fits, end } = classAt(pattern, at + 1);
      parts.push(fits);
      at = end;
    } else {
      if (byte === backslash && at + 1 < pattern.length) byte = pattern[++at];
      parts.push((other) => other === byte);
    }
  }
  return parts;
}

/** @returns where its last byte is */
function classAt(pattern: Int8Array, start: number): { fits: (byte: number) => boolean; end: number } {
  const isNegated = pattern[start] === caret;
  const ranges: (readonly [number, number])[] = [];
  let at = isNegated ? start + 1 : start;
  for (; at < pattern.length && pattern[at] !== close; at++) {
    const first = pattern[at] as number;
    if (first === backslash && at + 1 < pattern.length) {
      const escaped = pattern[++at] as number;
      ranges.push([escaped, escaped]);
    } else if (pattern[at + 1] === dash && at + 2 < pattern.length) {
      const last = pattern[at + 2] as number;
      ranges.push([Math.min(first, last), Math.max(first, last)]);
      at += 2;
    } else {
      ranges.push([first, first]);
    }
  }
  const fits = (byte: number) => ranges.some(([low, high]) => low <= byte && byte <= high) !== isNegated;
  return { fits, end: at };
}
