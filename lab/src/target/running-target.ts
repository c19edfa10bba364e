/** An application as it runs: its store, its nodes and what stands in front of them. */
import { lookup } from 'node:dns/promises';
import { type Balancer, type Programs, startBalancer, type Upstream } from '../cluster/index.ts';
import { TargetAnswerError } from './errors.ts';
import type { Http } from './exchange.ts';
import type { PlaceholderValues } from './placeholders.ts';
import type { Redaction } from './redaction.ts';
import { type RunningNode, startNode } from './running-node.ts';
import { type RunningStore, startStore } from './running-store.ts';
import type { TargetFile } from './target-file.ts';

export interface RunningTarget {
  readonly nodes: readonly RunningNode[];
  readonly balancerUrl: string | undefined;
  /** Ids of the nodes by what the lab's balancer calls them. */
  readonly upstreams: ReadonlyMap<string, string>;
  readonly store: RunningStore | undefined;
  /** Brings everything up that an experiment left down. @throws TargetAnswerError, ServerStartError */
  restore(): Promise<void>;
  /** Stops what the lab started, and starts what it stopped. Never rejects. */
  close(): Promise<void>;
}

export interface TargetSurroundings {
  readonly folder: string;
  readonly programs: Programs;
  readonly http: Http;
  readonly redaction: Redaction;
  readonly environment: PlaceholderValues;
  /** Ends a start that is under way. */
  readonly signal: AbortSignal;
}

/** How long the lab's balancer leaves out a node that has failed. */
const failTimeoutSeconds = 1;

/** @throws TargetAnswerError, ServerStartError, PortTakenError, ProgramMissingError; nothing is left running then */
export async function startTarget(file: TargetFile, surroundings: TargetSurroundings): Promise<RunningTarget> {
  const { folder, programs, http, redaction, environment, signal } = surroundings;
  const timeLimitMs = file.limits.startSeconds * 1000;
  const started: { close(): Promise<void> }[] = [];
  const keep = <Part extends { close(): Promise<void> }>(part: Part): Part => {
    started.push(part);
    return part;
  };
  const close = async () => {
    // Nodes first: a node that loses its store while it shuts down may take its time.
    for (const part of [...started].reverse()) await part.close();
  };
  try {
    const command = { folder, values: environment, redaction, timeLimitMs };
    const store = file.store === undefined ? undefined : keep(await startStore(file.store, programs, command));
    const values = { ...environment, ...store?.values };
    const descriptions = file.nodes.flatMap((node) => Array.from({ length: node.count }, () => node));
    const starting = descriptions.map(async (node, index) =>
      keep(await startNode(`node-${index + 1}`, node, { ...command, values, http, signal })),
    );
    await Promise.allSettled(starting);
    const nodes = await Promise.all(starting);
    const own = file.balancer?.lab === undefined ? undefined : await balancerFor(file, nodes, programs);
    if (own !== undefined) keep({ close: () => own.balancer.stop() });
    return {
      nodes,
      store,
      balancerUrl:
        own?.balancer.url ?? (file.balancer?.url === undefined ? undefined : new URL(file.balancer.url).origin),
      upstreams: own?.upstreams ?? new Map(),
      restore: async () => {
        await store?.ensureUp();
        const coming = nodes.map((node) => node.ensureUp());
        await Promise.allSettled(coming);
        await Promise.all(coming);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function balancerFor(
  { balancer, limits }: TargetFile,
  nodes: readonly RunningNode[],
  programs: Programs,
): Promise<{ readonly balancer: Balancer; readonly upstreams: ReadonlyMap<string, string> }> {
  const places = await Promise.all(nodes.map(async ({ id, url }) => ({ id, upstream: await upstreamOf(id, url) })));
  const started = await startBalancer({
    policy: balancer?.lab ?? 'round-robin',
    programs,
    upstreams: places.map(({ upstream }) => upstream),
    failTimeoutSeconds,
    readTimeoutMs: limits.requestTimeoutMs,
  });
  const nameOf = ({ host, port }: Upstream) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`);
  return { balancer: started, upstreams: new Map(places.map(({ id, upstream }) => [nameOf(upstream), id])) };
}

async function upstreamOf(id: string, url: string): Promise<Upstream> {
  const { hostname, port } = new URL(url);
  try {
    const addresses = await lookup(hostname.replace(/^\[|\]$/g, ''), { all: true });
    // `localhost` is both; most servers listen on the old one.
    const { address = '' } = addresses.find(({ family }) => family === 4) ?? addresses[0] ?? {};
    return { host: address, port: port === '' ? 80 : Number(port) };
  } catch (cause) {
    throw new TargetAnswerError(`The host of ${id}, ${hostname}, has no address.`, { cause });
  }
}
