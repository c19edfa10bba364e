/** Takes a figure in a process of its own, so that nothing of the one before is left in heap, compiler or event loop. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { nodeArguments } from '@sallyport/lab/cluster';
import type { Samples } from '../benchmark.ts';

export type FigureAnswer = { readonly samples: Samples } | { readonly failure: string };

export interface FigureProcess<Request> {
  readonly pid: number;
  /** @throws Error with what the process says, or with how it ended. */
  take(request: Request): Promise<Samples>;
  stop(): Promise<void>;
}

export function startFigureProcess<Request extends object>(main: URL): FigureProcess<Request> {
  const child: ChildProcess = fork(main, { execArgv: loaderArguments(), stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-2_000);
  });
  const ended = once(child, 'close').then(([code, signal]) => {
    throw new Error(`The process that measures ended with ${signal ?? `code ${code}`}. ${errors.trim()}`.trim());
  });
  // It ends in any case; that is an error only while an answer is waited for.
  ended.catch(() => {});
  return {
    // 0 for one that could not be started, which the first request tells of.
    pid: child.pid ?? 0,
    take: async (request) => {
      child.send(request);
      const [answer] = (await Promise.race([once(child, 'message'), ended])) as [FigureAnswer];
      if ('failure' in answer) throw new Error(answer.failure);
      return answer.samples;
    },
    stop: async () => {
      child.kill('SIGKILL');
      await ended.catch(() => {});
    },
  };
}

/** This workspace is never built; what it measures is, unless the parent runs from source, as tests do. */
export function loaderArguments(): string[] {
  const fromSource = nodeArguments();
  if (fromSource.length > 0) return fromSource;
  return ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href];
}
