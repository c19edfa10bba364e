/** A server that revokes tokens: each again until it is answered, and writes down when it was. */
import { setTimeout as delay } from 'node:timers/promises';
import { openLedger } from '../ledger.ts';
import { roundHasBegun, stageOrders } from '../rounds/stage-child.ts';
import type { TokenEntry } from './ledger-entry.ts';
import { openServer } from './open-server.ts';
import type { RevokerOrders } from './orders.ts';

const orders = stageOrders<RevokerOrders>();
const ledger = openLedger<TokenEntry>(orders.ledger, { synced: false });
const { app, tokens } = await openServer(orders);
/** So that an outage is waited for, and not asked about without end. */
const pauseAfterFailureMs = 20;
ledger.write({ event: 'ready' });
await roundHasBegun(orders);

let next = orders.first;

async function revokeOn(): Promise<void> {
  for (;;) {
    const token = next;
    next += orders.every;
    const text = tokens[token];
    if (text === undefined) return;
    for (let attempts = 1; ; attempts++) {
      try {
        await app.tokens.revoke(text);
        ledger.write({ event: 'revoked', token, attempts });
        break;
      } catch {
        await delay(pauseAfterFailureMs);
      }
    }
  }
}

await Promise.all(Array.from({ length: orders.atOnce }, revokeOn));
await app.close();
ledger.write({ event: 'closed' });
