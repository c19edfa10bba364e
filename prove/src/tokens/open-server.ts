/** One server of a round: the tokens, and how they are verified and revoked. */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { createSallyport, type Sallyport } from 'sallyport';
import type { ServerOrders } from './orders.ts';

export interface ProofServer {
  readonly app: Sallyport;
  readonly tokens: readonly string[];
}

/** Resolves when this server hears of revocations. */
export async function openServer(orders: ServerOrders & { readonly url: string }): Promise<ProofServer> {
  const tokens = readFileSync(orders.tokensFile, 'utf8').trimEnd().split('\n');
  const app = createProofServer(orders.url, orders, tokens.length);
  while (app.tokens.revocationHealth()?.state !== 'current') await delay(5);
  return { app, tokens };
}

export function createProofServer(
  url: string,
  { secret, leaseMs, deadlineMs }: Pick<ServerOrders, 'secret' | 'leaseMs' | 'deadlineMs'>,
  tokens: number,
): Sallyport {
  return createSallyport({
    redis: url,
    deadlineMs,
    environment: {},
    token: {
      keys: [{ kid: 'proof', alg: 'HS256', secret }],
      ttlSeconds: 3_600,
      // A signature that is computed again would tell nothing, and delay what does.
      cache: { maxTokens: 4 * tokens },
      revocation: { mode: 'pushed', leaseMs },
    },
  });
}
