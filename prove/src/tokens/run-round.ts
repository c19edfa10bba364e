/** One round: tokens are revoked at some servers and verified at others, while things break. */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Breakable, FaultDriver } from '../faults/fault-driver.ts';
import { monotonicMs, tailLedger } from '../ledger.ts';
import { producerName, workerName } from '../rounds/process-names.ts';
import { processRecord } from '../rounds/process-record.ts';
import type { RoundOutcome } from '../rounds/run-rounds.ts';
import { openStage } from '../rounds/stage.ts';
import { within } from '../within.ts';
import { checkRound, type Findings } from './check-round.ts';
import type { TokenEntry } from './ledger-entry.ts';
import { createProofServer } from './open-server.ts';
import type { RevokerOrders, ServerOrders } from './orders.ts';
import type { RoundPlan } from './plan.ts';

/** From the first revocation until all tokens are refused everywhere; several times what it takes when all is well. */
const roundTimeoutMs = 60_000;
const closeTimeoutMs = 10_000;

export async function runRound(plan: RoundPlan): Promise<RoundOutcome<Findings>> {
  const stage = await openStage();
  try {
    const { redis } = stage;
    const { leaseMs, deadlineMs, revokedAtOnce: atOnce } = plan;
    const secret = randomBytes(32).toString('hex');
    const tokens = await issueTokens(redis.url, { secret, leaseMs, deadlineMs }, plan.tokens);
    const tokensFile = join(redis.folder, 'tokens');
    await writeFile(tokensFile, tokens.join('\n'));
    const server: ServerOrders = { tokensFile, secret, leaseMs, deadlineMs };
    const [verifiers, revokers] = await Promise.all([
      Promise.all(
        Array.from({ length: plan.verifiers }, (_, n) =>
          stage.start(workerName(n), new URL('./verifier-main.ts', import.meta.url), server),
        ),
      ),
      Promise.all(
        Array.from({ length: plan.revokers }, (_, n) => {
          const orders: RevokerOrders = { ...server, first: n, every: plan.revokers, atOnce };
          return stage.start(producerName(n), new URL('./revoker-main.ts', import.meta.url), orders);
        }),
      ),
    ]);
    const faults = new FaultDriver({ redis, children: [...verifiers, ...revokers], strikes: plan.outsideStrikes });
    stage.afterwards(() => faults.stop());
    await stage.go();
    const drainedAt = await within(roundTimeoutMs, Promise.all([...revokers, ...verifiers].map(ended))).then(
      monotonicMs,
      () => undefined,
    );
    const struck = await faults.finish();
    const acceptedLate = await acceptedByLateServer(redis.url, server, tokens);
    await Promise.all([...verifiers, ...revokers].map(({ process }) => process.stop(closeTimeoutMs)));
    const planned = plan.outsideStrikes.map(({ fault }) => fault);
    const findings = checkRound({
      tokens: plan.tokens,
      leaseMs,
      revokers: revokers.map((child) => processRecord<TokenEntry>(child, false)),
      verifiers: verifiers.map((child) => processRecord<TokenEntry>(child, false)),
      acceptedLate,
      planned,
      faults: struck,
      drainedAt,
    });
    return { findings, planned, struck };
  } finally {
    await stage.close();
  }
}

type Keys = Pick<ServerOrders, 'secret' | 'leaseMs' | 'deadlineMs'>;

async function issueTokens(url: string, keys: Keys, count: number): Promise<string[]> {
  const app = createProofServer(url, keys, count);
  const issued = await Promise.all(Array.from({ length: count }, (_, n) => app.tokens.issue({ sub: `user-${n}` })));
  await app.close();
  return issued.map(({ token }) => token);
}

/** A server that is started when everything is over has to know everything. */
async function acceptedByLateServer(url: string, keys: Keys, tokens: readonly string[]): Promise<number> {
  const app = createProofServer(url, keys, tokens.length);
  try {
    await within(closeTimeoutMs, current(app));
    const answers = await Promise.all(
      tokens.map((token) =>
        app.tokens.verify(token).then(
          () => true,
          () => false,
        ),
      ),
    );
    return answers.filter(Boolean).length;
  } finally {
    await app.close();
  }
}

async function current({ tokens }: ReturnType<typeof createProofServer>): Promise<void> {
  while (tokens.revocationHealth()?.state !== 'current') await delay(5);
}

async function ended({ ledger, process }: Breakable): Promise<void> {
  const tail = tailLedger<TokenEntry>(ledger);
  try {
    while (process.isRunning) {
      if (tail.next().some(({ event }) => event === 'all-refused' || event === 'closed')) return;
      await delay(10);
    }
  } finally {
    tail.close();
  }
}
