/** What can be measured of a queue in one fresh process with one fresh Redis, and with how many tasks. */
import type { SubjectName } from './subjects.ts';

export type FigureName = 'add' | 'processC1' | 'processC10' | 'processC100' | 'latency';

/** Travels to the process that measures, as JSON. */
export interface FigureRequest {
  readonly subject: SubjectName;
  readonly figure: FigureName;
  readonly url: string;
  readonly tasks: number;
}

export const concurrencyOf: Readonly<Record<FigureName, number>> = {
  add: 100,
  processC1: 1,
  processC10: 10,
  processC100: 100,
  latency: 10,
};

export const figureNames: readonly FigureName[] = ['add', 'processC1', 'processC10', 'processC100', 'latency'];

/** So many that each takes one to three seconds; rates are compared, so the numbers may differ. */
const tasksOf: Readonly<Record<SubjectName, Readonly<Record<FigureName, number>>>> = {
  sallyport: { add: 300_000, processC1: 90_000, processC10: 250_000, processC100: 400_000, latency: 2_500 },
  bullmq: { add: 90_000, processC1: 20_000, processC10: 40_000, processC100: 50_000, latency: 2_500 },
  'bee-queue': { add: 200_000, processC1: 30_000, processC10: 50_000, processC100: 60_000, latency: 2_500 },
  ioredis: { add: 250_000, processC1: 50_000, processC10: 120_000, processC100: 150_000, latency: 2_500 },
};

export function tasksFor(subject: SubjectName, figure: FigureName, quick: boolean): number {
  const tasks = tasksOf[subject][figure];
  return quick ? Math.ceil(tasks / (figure === 'latency' ? 5 : 100)) : tasks;
}
