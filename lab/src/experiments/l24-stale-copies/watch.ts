/** Asks one server for a user's profile again and again, and tells how long after the logout it was still sent. */
import { type LabAnswer, LabClient } from '../lab-client.ts';
import type { Status } from '../wording.ts';
import type { AnswerCounts } from './observations.ts';

interface Asked {
  readonly sentAt: number;
  readonly status: Status;
}

export interface Watch {
  /** What has been answered 401 so far, to what was sent after this moment of the monotonic clock. */
  refusals(sinceMs: number): number;
  /** No request is sent any more; resolves with what was asked from then on. */
  stop(): Promise<readonly Asked[]>;
}

/** Each question follows the answer to the one before, with a pause that leaves the server time for others. */
export function watchProfile(client: Pick<LabClient, 'profile'>, url: string, pause: () => Promise<void>): Watch {
  const asked: Asked[] = [];
  let isStopped = false;
  const watching = (async () => {
    while (!isStopped) {
      const sentAt = performance.now();
      const { status }: LabAnswer = await client.profile(url);
      asked.push({ sentAt, status });
      await pause();
    }
  })();
  // Who stops it is told; until then nobody listens.
  watching.catch(() => {});
  return {
    refusals: (sinceMs) => asked.filter(({ sentAt, status }) => sentAt >= sinceMs && status === 401).length,
    stop: async () => {
      isStopped = true;
      await watching;
      return asked;
    },
  };
}

/** Whose cookies stay what they are: a browser's own would be dropped when the logout is answered. */
export function holderOf({ cookies }: LabClient): LabClient {
  const holder = new LabClient();
  holder.cookies.take(cookies.header()?.split('; '));
  return holder;
}

export function countsOf(asked: readonly Asked[]): AnswerCounts {
  const count = (status: Status) => asked.filter((each) => each.status === status).length;
  const [served, refused, unavailable] = [count(200), count(401), count(503)];
  return { served, refused, unavailable, other: asked.length - served - refused - unavailable };
}

/** When the last request with this answer, or the first, was sent after a moment; null when there was none. */
export function sentAfter(
  asked: readonly Asked[],
  status: Status,
  which: 'first' | 'last',
  sinceMs: number,
): number | null {
  const times = asked.filter((each) => each.status === status && each.sentAt >= sinceMs).map(({ sentAt }) => sentAt);
  const time = which === 'first' ? times[0] : times.at(-1);
  return time === undefined ? null : Math.round((time - sinceMs) * 10) / 10;
}
