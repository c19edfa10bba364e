/** One GET, timed to the end of its answer, with as little of our own work in between as possible. */
import type { Dispatcher } from 'undici';
import type { FailureCounts, VisitorHeaders } from './load-target.ts';

export type RequestOutcome = 'success' | keyof FailureCounts;

/** @param done Called once, with the moment (as of `performance.now()`) at which the answer was complete or given up. */
export function sendTimed(
  client: Dispatcher,
  request: { readonly path: string; readonly headers: VisitorHeaders },
  done: (outcome: RequestOutcome, endedAt: number) => void,
): void {
  let status = 0;
  client.dispatch(
    { path: request.path, method: 'GET', headers: { ...request.headers } },
    {
      onRequestStart: () => {},
      onResponseStart: (_controller, statusCode) => {
        status = statusCode;
      },
      onResponseData: () => {},
      onResponseEnd: () => done(status >= 200 && status < 300 ? 'success' : 'non2xx', performance.now()),
      onResponseError: (_controller, error) => done(failureOf(error), performance.now()),
    },
  );
}

function failureOf(error: unknown): 'timeouts' | 'errors' {
  const { code = '' } = error as { code?: string };
  return /TIMEOUT|ETIMEDOUT/.test(code) ? 'timeouts' : 'errors';
}

/** Counts what requests led to. */
export class OutcomeCounts {
  readonly #counts: Record<RequestOutcome, number> = { success: 0, non2xx: 0, timeouts: 0, errors: 0 };

  add(outcome: RequestOutcome): void {
    this.#counts[outcome]++;
  }

  failures(): FailureCounts {
    const { non2xx, timeouts, errors } = this.#counts;
    return { non2xx, timeouts, errors };
  }
}
