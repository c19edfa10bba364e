/** The other end of a figure process: waits for one request and answers it. */
import type { Samples } from '../benchmark.ts';
import type { FigureAnswer } from './figure-process.ts';

export function answerFigures<Request>(measure: (request: Request) => Promise<Samples>): void {
  // A parent that is killed must not leave a process behind that goes on measuring.
  process.once('disconnect', () => process.exit(1));
  process.once('message', async (request: Request) => {
    let answer: FigureAnswer;
    try {
      answer = { samples: await measure(request) };
    } catch (error) {
      answer = { failure: error instanceof Error ? error.message : String(error) };
    }
    process.send?.(answer);
  });
}
