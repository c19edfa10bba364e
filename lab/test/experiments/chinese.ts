/** What a Chinese text must be, beside the English one that it stands for. */
import { expect } from 'vitest';

const hanzi = /[\u4e00-\u9fff]/;

const refusal =
  '(?:session not found|session ended: logout|token (?:revoked|expired|malformed)|invalid signature|token claim refused: nbf|internal server error)';

/** What servers, protocols and Redis say is quoted as it is, and so are figures with their units. */
const codes = [
  /^[\d\s.,:;/×%±µ–−()-]*(?:ms|s)?$/,
  new RegExp(`^(?:[\\d/ ×,]|timeout|refused|broken|none)*(?: ?\\(?${refusal}\\)?)?$`),
  /^(?:\d+|timeout|refused|broken) \((?:sticky|redis|jwt|coherent)-\d\)$/,
  /^u-\d+(?:, u-\d+)*$/,
  /^(?:GET|POST) \/\w+$/,
  /^(?:AOF (?:always|everysec)|exp − iat(?:（s）)?|± ms|PTTL（ms）|JWT，HS256)$/,
  // One word: a server, a command, a name or a value that was read from Redis or from a token.
  /^[\w:{}…-]+$/,
];

function figuresOf(text: string): string[] {
  return [...new Set(text.match(/\d+(?:[.,]\d+)*/g) ?? [])].sort();
}

/** Has the same figures as the English text, and nothing of it but codes. */
export function expectChinese(text: string, english: string): void {
  expect(text.trim(), `Chinese for "${english}"`).not.toBe('');
  expect(figuresOf(text), `the figures of "${text}" beside "${english}"`).toEqual(figuresOf(english));
  if (!hanzi.test(text)) {
    expect(
      codes.some((code) => code.test(text)),
      `"${text}" is a code`,
    ).toBe(true);
  }
  const sentence = text.replace(new RegExp(`JSON Web Token|${refusal}`, 'g'), '');
  expect(sentence, 'English left in a Chinese text').not.toMatch(/[A-Za-z]+(?: [A-Za-z]+){2}/);
  expect(text, 'a half-width comma or full stop after a Chinese character').not.toMatch(/[\u4e00-\u9fff][,.;:?!]/);
}
