/** What can be measured of channels, with two fresh server processes and one fresh Redis, and with how many messages. */
import type { SubjectName } from './subjects.ts';

export type FigureName = 'rate' | 'latency';

/** Travels to the process that publishes, as JSON. */
export interface FigureRequest {
  readonly subject: SubjectName;
  readonly figure: FigureName;
  readonly url: string;
  readonly messages: number;
}

export const figureNames: readonly FigureName[] = ['rate', 'latency'];

const messagesOf: Readonly<Record<FigureName, number>> = { rate: 100_000, latency: 2_500 };

export function messagesFor(figure: FigureName, quick: boolean): number {
  const messages = messagesOf[figure];
  return quick ? Math.ceil(messages / (figure === 'latency' ? 5 : 50)) : messages;
}
