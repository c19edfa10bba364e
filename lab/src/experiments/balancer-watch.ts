/** Asks the balancer again and again for one client's server, while something happens to that server. */
import { LabClient } from './lab-client.ts';
import type { Status } from './wording.ts';

export type WatchSample = {
  /** When the request was sent, from the start of the watch. */
  readonly atMs: number;
  readonly durationMs: number;
  readonly status: Status;
  readonly server: string | null;
  /** How many servers the balancer tried. */
  readonly tries: number;
};

export interface BalancerWatch {
  /** Milliseconds since the watch began. */
  elapsedMs(): number;
  /** Resolves with all samples once the last request has been answered. */
  end(): Promise<WatchSample[]>;
}

/** One request after the other, `pauseMs` apart, from a client with this address. */
export function watchBalancer(url: string, address: string, pauseMs: number): BalancerWatch {
  const client = new LabClient({ address });
  const samples: WatchSample[] = [];
  const startedAt = performance.now();
  const elapsedMs = () => Math.round((performance.now() - startedAt) * 100) / 100;
  let ended = false;

  async function watch(): Promise<void> {
    while (!ended) {
      const atMs = elapsedMs();
      const { status, server, durationMs, upstreams } = await client.request(url, '/health');
      samples.push({ atMs, durationMs, status, server, tries: upstreams.length });
      await new Promise((resume) => setTimeout(resume, pauseMs));
    }
  }
  const watching = watch();
  return {
    elapsedMs,
    end: async () => {
      ended = true;
      await watching;
      return samples;
    },
  };
}
