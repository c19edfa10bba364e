/** `npm run prove -- sessions`: simultaneous logins of one user under limits, on one Redis and on a Cluster. */
import { startRedis, startRedisCluster } from '@sallyport/lab/cluster';
import { connectRedis } from 'sallyport/redis';
import type { Proof } from '../proof.ts';
import { type RoundReport, runRounds } from '../rounds/run-rounds.ts';
import { within } from '../within.ts';
import type { Findings } from './check-round.ts';
import { LoginServer } from './login-server.ts';
import { planRound, type RoundFault, roundFaults } from './plan.ts';
import { type Ground, playRound, startTimeoutMs } from './play-round.ts';
import { reportTable, rowsOf, type SessionsRow } from './report.ts';
import { KeyInspector } from './user-keys.ts';

export interface SessionsRoundsOptions {
  readonly seed: number;
  readonly rounds: number;
  readonly onlyRound?: number | undefined;
  /** @default all */
  readonly faults?: readonly RoundFault[];
  readonly onRound?: (round: number, fault: RoundFault, subject: string) => void;
}

export interface SessionsReport {
  readonly rows: readonly SessionsRow[];
  readonly rounds: readonly RoundReport<RoundFault, Findings>[];
}

const serverCount = 5;
/** 50 of all servers. */
const loginsPerServer = 10;
const clusterNodes = 6;
const closeTimeoutMs = 10_000;

export async function runSessionsRounds(options: SessionsRoundsOptions): Promise<SessionsReport> {
  const closers: (() => unknown)[] = [];
  try {
    const open = (url: string, nodes: readonly { readonly url: string }[]): Ground => {
      const redis = connectRedis(url, { deadlineMs: 5_000 });
      const inspector = new KeyInspector(nodes.map((node) => node.url));
      closers.push(() => redis.close());
      closers.push(() => inspector.close());
      return { url, redis, inspector };
    };
    const redis = await startRedis();
    closers.push(() => redis.stop());
    const cluster = await startRedisCluster({ masters: clusterNodes });
    closers.push(() => cluster.stop());
    const grounds = new Map([
      ['one Redis', open(redis.url, [redis])],
      [`a Cluster of ${clusterNodes}`, open(cluster.url, cluster.nodes)],
    ]);
    const servers = Array.from({ length: serverCount }, () => new LoginServer());
    closers.push(() => Promise.all(servers.map((server) => server.killed())));
    await within(startTimeoutMs, Promise.all(servers.map(({ ready }) => ready)));
    const { seed, faults = roundFaults } = options;
    const rounds = await runRounds({ ...options, faults, subjects: [...grounds.keys()] }, (round, fault, subject) => {
      const plan = planRound(seed, round, fault, loginsPerServer);
      return playRound(plan, grounds.get(subject) as Ground, servers, loginsPerServer);
    });
    return { rounds, rows: rowsOf(rounds) };
  } finally {
    for (const close of closers.reverse()) await within(closeTimeoutMs, (async () => close())()).catch(() => {});
  }
}

export const sessionsProof: Proof = {
  name: 'sessions',
  title: 'Simultaneous logins of one user under limits',
  hasPeers: false,
  packages: () => ['ioredis'],
  run: async (options) => {
    const report = await runSessionsRounds(options);
    return {
      report,
      table: reportTable(report.rows),
      isKept: report.rows.every(({ violations }) => violations.length === 0),
    };
  },
};
