/**
 * The load generator: a Node process of its own, so that its CPU time is not the lab's and it can be pinned to a core.
 * It lives from run to run, is warm after the first, and does one run at a time.
 */
import { randomBytes } from 'node:crypto';
import { request } from 'undici';
import { moduleFile, startAppServer } from '../cluster/index.ts';
import { type ClosedLoopOptions, type ClosedLoopResult, checkClosedLoop } from './closed-loop.ts';
import { LoadGeneratorError } from './errors.ts';
import { checkOpenLoop, type OpenLoopOptions, type OpenLoopResult } from './open-loop.ts';
import { checkSerial, type SerialOptions, type SerialResult } from './serial-latency.ts';
import { timeLimit } from './time-limit.ts';

export interface LoadGenerator {
  readonly pid: number;
  /** @throws InvalidOptionError, LoadGeneratorError @throws the signal's reason when it is aborted */
  serial(options: SerialOptions, signal?: AbortSignal): Promise<SerialResult>;
  /** @throws InvalidOptionError, LoadGeneratorError @throws the signal's reason when it is aborted */
  openLoop(options: OpenLoopOptions, signal?: AbortSignal): Promise<OpenLoopResult>;
  /** @throws InvalidOptionError, LoadGeneratorError @throws the signal's reason when it is aborted */
  closedLoop(options: ClosedLoopOptions, signal?: AbortSignal): Promise<ClosedLoopResult>;
  stop(): Promise<void>;
}

/** What the parent sends to the generator, as JSON. */
export type LoadOrder =
  | { readonly kind: 'serial'; readonly options: SerialOptions }
  | { readonly kind: 'open-loop'; readonly options: OpenLoopOptions }
  | { readonly kind: 'closed-loop'; readonly options: ClosedLoopOptions };

/** On top of a run's own limit, for its last answers and the way there and back. */
const graceMs = 15_000;

/** @throws ServerStartError */
export async function startLoadGenerator(): Promise<LoadGenerator> {
  const key = randomBytes(24).toString('base64url');
  const server = await startAppServer({
    entry: moduleFile('./load-generator-main', import.meta.url),
    id: 'load-generator',
    env: { LOAD_GENERATOR_KEY: key },
    deadlineMs: 20_000,
  });

  async function give<Result>(order: LoadOrder, limitMs: number, signal: AbortSignal | undefined): Promise<Result> {
    const limit = timeLimit(limitMs + graceMs, signal);
    try {
      const { statusCode, body } = await request(server.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: JSON.stringify(order),
        // It answers when the run is over.
        headersTimeout: 0,
        bodyTimeout: 0,
        signal: limit.signal,
      });
      const answer = (await body.json()) as { error?: string };
      if (statusCode !== 200) throw new LoadGeneratorError('load generator', answer.error ?? `status ${statusCode}`);
      return answer as Result;
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof LoadGeneratorError) throw error;
      const problem = limit.isOver ? `no result within ${limitMs + graceMs} ms` : 'it gave no result';
      throw new LoadGeneratorError('load generator', problem, { cause: error });
    } finally {
      limit.release();
    }
  }

  return {
    get pid() {
      return server.pid;
    },
    serial: async (options, signal) => {
      checkSerial(options);
      return give({ kind: 'serial', options }, options.timeLimitMs ?? 60_000, signal);
    },
    openLoop: async (options, signal) => {
      checkOpenLoop(options);
      return give({ kind: 'open-loop', options }, options.durationMs + (options.requestTimeoutMs ?? 5000), signal);
    },
    closedLoop: async (options, signal) => {
      checkClosedLoop(options);
      return give({ kind: 'closed-loop', options }, options.timeLimitMs ?? 60_000, signal);
    },
    stop: () => server.stop(),
  };
}
