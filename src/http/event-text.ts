/** The text of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). */

export interface EventText {
  readonly id?: string | undefined;
  /** The browser's listeners are chosen by it; `message` when left out. */
  readonly event?: string | undefined;
  readonly data?: string | undefined;
  /** How long the browser waits before it connects again. */
  readonly retryMs?: number;
}

export function eventText({ id, event, data, retryMs }: EventText): string {
  let text = '';
  if (retryMs !== undefined) text += `retry: ${retryMs}\n`;
  if (id !== undefined) text += `id: ${oneLine(id)}\n`;
  if (event !== undefined) text += `event: ${oneLine(event)}\n`;
  if (data !== undefined) for (const line of data.split(/\r\n|\r|\n/)) text += `data: ${line}\n`;
  return `${text}\n`;
}

/** Is seen by nobody; it shows proxies that the connection is in use, and us when the browser has gone. */
export const heartbeatText = ':\n\n';

/** A line end would begin another field. */
function oneLine(text: string): string {
  return text.replaceAll(/[\r\n\0]/g, '');
}
