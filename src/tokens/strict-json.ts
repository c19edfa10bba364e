import { TokenMalformedError } from './errors.ts';

/** Deeper claims are of no use, and what walks through them would run out of stack. */
const maxDepth = 32;

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads a JSON object in UTF-8. A member that occurs twice is refused: another reader may take the other one (RFC 7515,
 * section 4, and RFC 7519, section 4, leave it open).
 * @throws TokenMalformedError
 */
export function parseJsonObject(bytes: Uint8Array): Record<string, unknown> {
  let text: string;
  let value: unknown;
  try {
    text = strictUtf8.decode(bytes);
    value = JSON.parse(text);
  } catch {
    throw new TokenMalformedError('not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TokenMalformedError('not an object');
  if (countMembers(value) !== countWrittenMembers(text)) throw new TokenMalformedError('a member that occurs twice');
  return value as Record<string, unknown>;
}

/** How many names of members a JSON text has: the strings that a colon follows. */
function countWrittenMembers(json: string): number {
  let count = 0;
  let begin = json.indexOf('"');
  while (begin !== -1) {
    let end = json.indexOf('"', begin + 1);
    while (isEscaped(json, end)) end = json.indexOf('"', end + 1);
    let next = end + 1;
    while (json.charCodeAt(next) <= space) next += 1;
    if (json[next] === ':') count += 1;
    begin = json.indexOf('"', next);
  }
  return count;
}

/** JSON's blanks are this and three below it, and nothing else below it stands between two tokens. */
const space = 0x20;

function isEscaped(json: string, at: number): boolean {
  let backslashes = 0;
  while (json[at - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}

/** How many members are left of them, without recursion: this also reads what nobody has vouched for. */
function countMembers(root: object): number {
  let count = 0;
  let level: object[] = [root];
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > maxDepth) throw new TokenMalformedError(`nested deeper than ${maxDepth}`);
    const below: object[] = [];
    for (const each of level) {
      const values = Object.values(each);
      if (!Array.isArray(each)) count += values.length;
      for (const value of values) if (typeof value === 'object' && value !== null) below.push(value);
    }
    level = below;
  }
  return count;
}
