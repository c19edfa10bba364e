/** JSON that a terminal shows as it is: what others have put into a name moves no cursor and turns no line around. */
export function printableJson(value: unknown, indent?: number): string {
  // JSON.stringify leaves the controls from 0x7f on, marks of writing direction and separators of lines. Its own line ends
  // are those of the indent.
  return JSON.stringify(value, null, indent).replace(/(?!\n)[\p{C}\p{Zl}\p{Zp}]/gu, escaped);
}

function escaped(character: string): string {
  let text = '';
  for (let at = 0; at < character.length; at += 1) {
    text += `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  }
  return text;
}
