/** A server that verifies tokens over and over until all are refused, and writes down when that was for each. */
import { setTimeout as delay } from 'node:timers/promises';
import { monotonicMs, openLedger } from '../ledger.ts';
import { roundHasBegun, stageOrders } from '../rounds/stage-child.ts';
import type { TokenEntry } from './ledger-entry.ts';
import { openServer } from './open-server.ts';
import type { ServerOrders } from './orders.ts';

interface Seen {
  readonly token: number;
  acceptedAt: number | undefined;
  refusedAt: number | undefined;
  unavailable: number;
}

/** Tokens are revoked in order: those that come next are asked for in each turn, the others a part at a time. */
const front = 64;
const partOfRest = 256;
const reach = 4_000;

const orders = stageOrders<ServerOrders>();
const ledger = openLedger<TokenEntry>(orders.ledger, { synced: false });
const { app, tokens } = await openServer(orders);
for (const token of tokens) await app.tokens.verify(token).catch(() => {});
ledger.write({ event: 'ready' });
await roundHasBegun(orders);

const all: Seen[] = tokens.map((_, token) => ({ token, acceptedAt: undefined, refusedAt: undefined, unavailable: 0 }));
let open = [...all];
let place = front;
let isStopped = false;
process.once('SIGTERM', () => {
  isStopped = true;
});

async function ask(seen: Seen): Promise<void> {
  const askedAt = monotonicMs();
  try {
    await app.tokens.verify(tokens[seen.token] ?? '');
    seen.acceptedAt = askedAt;
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_TOKEN_REVOKED') seen.refusedAt = monotonicMs();
    else seen.unavailable++;
  }
}

while (open.length > 0 && !isStopped) {
  const reached = open.slice(0, reach);
  if (place >= reached.length) place = front;
  await Promise.all([...reached.slice(0, front), ...reached.slice(place, place + partOfRest)].map(ask));
  place += partOfRest;
  if (reached.some(({ refusedAt }) => refusedAt !== undefined)) {
    open = open.filter(({ refusedAt }) => refusedAt === undefined);
  }
  // Without a pause it would take what the others need to be quick.
  await delay(1);
}
for (const { token, refusedAt } of all) {
  if (refusedAt === undefined) continue;
  const isAccepted = await app.tokens.verify(tokens[token] ?? '').then(
    () => true,
    () => false,
  );
  if (isAccepted) ledger.write({ event: 'accepted-again', token });
}
for (const seen of all) ledger.write({ event: 'seen', ...seen });
if (open.length === 0) ledger.write({ event: 'all-refused' });
await app.close();
ledger.write({ event: 'closed' });
