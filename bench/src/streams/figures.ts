/** What can be measured of a stream in one fresh process with one fresh Redis, and with how many events. */
import type { SubjectName } from './subjects.ts';

export type FigureName = 'append' | 'consume' | 'latency';

/** Travels to the process that measures, as JSON. */
export interface FigureRequest {
  readonly subject: SubjectName;
  readonly figure: FigureName;
  readonly url: string;
  readonly events: number;
}

export const figureNames: readonly FigureName[] = ['append', 'consume', 'latency'];

/** So many that each takes one to three seconds. */
const eventsOf: Readonly<Record<FigureName, number>> = { append: 400_000, consume: 600_000, latency: 2_500 };

export function eventsFor(figure: FigureName, quick: boolean): number {
  const events = eventsOf[figure];
  return quick ? Math.ceil(events / (figure === 'latency' ? 5 : 100)) : events;
}
