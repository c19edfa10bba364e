/** One round: many logins of one user at once, from several servers, and what is left of them. */
import { createSallyport } from 'sallyport';
import type { RedisPort } from 'sallyport/redis';
import type { StruckFault } from '../faults/strike.ts';
import { monotonicMs } from '../ledger.ts';
import type { RoundOutcome } from '../rounds/run-rounds.ts';
import { within } from '../within.ts';
import { checkRound, type Findings } from './check-round.ts';
import type { LoginAnswer, LoginOrder, LoginPlace } from './login-messages.ts';
import { LoginServer } from './login-server.ts';
import type { RoundPlan } from './plan.ts';
import type { KeyInspector } from './user-keys.ts';

/** One Redis or Cluster, with what looks into it. */
export interface Ground {
  readonly url: string;
  readonly redis: RedisPort;
  readonly inspector: KeyInspector;
}

export const startTimeoutMs = 60_000;
const roundTimeoutMs = 30_000;

/** @param servers one that was killed is replaced there */
export async function playRound(
  plan: RoundPlan,
  ground: Ground,
  servers: LoginServer[],
  loginsPerServer: number,
): Promise<RoundOutcome<Findings>> {
  const { fault, userId, layout, devices, atOnce, afterAnswers } = plan;
  const place: LoginPlace = { url: ground.url, namespace: 'proof', layout, devices };
  const app = createSallyport({
    redis: ground.redis,
    namespace: 'proof',
    environment: {},
    session: { layout, devices },
  });
  const signInAll = (logins: number, onAnswer?: () => void): Promise<LoginAnswer[][]> => {
    const order: LoginOrder = { place, userId, logins, atOnce };
    return within(
      roundTimeoutMs,
      Promise.all(servers.map((server, n) => server.signIn(order, n === 0 ? onAnswer : undefined))),
    );
  };
  // Connections are there: what follows happens at once.
  await signInAll(0);
  const before = fault === 'revoke-all' ? (await signInAll(loginsPerServer / 2)).flat() : [];
  const began = monotonicMs();
  let answered = 0;
  const struck: StruckFault[] = [];
  let revoking: Promise<number> | undefined;
  const strike = () => {
    if (fault === 'revoke-all') revoking ??= app.devices.revokeAll(userId);
    if (fault === 'server-kill') servers[0]?.kill();
  };
  const onAnswer = () => {
    if (++answered === afterAnswers) strike();
  };
  const during = signInAll(fault === 'revoke-all' ? loginsPerServer / 2 : loginsPerServer, onAnswer);
  if (afterAnswers === 0) strike();
  const rest = await during;
  if (fault === 'server-kill') {
    const lost = loginsPerServer - (rest[0]?.length ?? 0);
    await servers[0]?.killed();
    struck.push({ fault: 'worker-kill', processes: ['server 1'], from: began, until: monotonicMs(), traces: lost });
    servers[0] = new LoginServer();
    await within(startTimeoutMs, servers[0].ready);
  }
  const revoked = await revoking;
  const answers = [...before, ...rest.flat()];
  // What the killed server had sent is carried out before Redis answers this.
  await app.devices.list(userId);
  const found = new Map<string, string>();
  for (const answer of answers) {
    if (answer.status !== 'signed-in') continue;
    const opened = await app.sessions.open(answer.id, { renew: false });
    found.set(answer.id, opened.status === 'ended' ? opened.reason : opened.status);
  }
  const shown = (await app.devices.list(userId)).length;
  const keys = await ground.inspector.keysOf('proof', userId);
  await ground.inspector.empty();
  const findings = checkRound({
    fault,
    logins: servers.length * loginsPerServer,
    before,
    answers,
    found,
    keys,
    shown,
    revoked,
  });
  await app.close();
  const planned = fault === 'server-kill' ? [fault] : [];
  return { findings, planned, struck };
}
