/**
 * What goes over the wire. A message is the JSON that the application gave; in front of a durable one stand its id and that
 * of the message before it: `<id> <previous id> <JSON>`. No JSON text begins like that, so either kind is known when it
 * comes, and programs in other languages can publish plain JSON.
 */
export interface Frame {
  readonly payload: string;
  /** Of a durable message. */
  readonly id?: string;
  /** The id of the durable message before it, `0-0` for the first one of a stream. */
  readonly previous?: string;
}

const head = /^(\d+-\d+) (\d+-\d+) /;

export function readFrame(text: string): Frame {
  // Most JSON begins with another character.
  const first = text.charCodeAt(0);
  const found = first >= 48 && first <= 57 ? head.exec(text) : null;
  if (found === null) return { payload: text };
  const [all, id = '', previous = ''] = found;
  return { id, previous, payload: text.slice(all.length) };
}

export function writeFrame({ id, previous, payload }: Required<Frame>): string {
  return `${id} ${previous} ${payload}`;
}
