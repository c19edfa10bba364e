/** The five situations, each played once in a session of its own. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Overlap } from './overlap.ts';
import type { RaceFields } from './race-app.ts';
import type { Answer, Visitor } from './visitor.ts';

/** How long after the slow request has its session the other one is sent. */
const secondAfterMs = 15;

export interface Trial {
  readonly visitor: Visitor;
  readonly overlap: Overlap;
}

export type SlowKind = 'write' | 'read';

export interface WriteRace {
  /** A write that was answered with success is not in the session afterwards. */
  readonly lost: boolean;
}

export interface LogoutRace {
  /** The session's cookie is still good for a signed-in user's page after the logout. */
  readonly alive: boolean;
  /** What the request that was under way at the logout was answered. */
  readonly lateStatus: number;
}

/** B writes a field while A, which loaded the session before and ends after it, writes another one or none. */
export async function raceWrites(trial: Trial, slow: SlowKind): Promise<WriteRace> {
  const cookies = await signIn(trial.visitor);
  const { first, second } = await overlapping(trial, cookies, `/slow/${slow}`, '/write');
  mustSucceed(first, 'The request that was under way');
  mustSucceed(second, 'The write');
  const { raceA, raceB } = await fieldsOf(trial.visitor, cookies);
  return { lost: raceB !== 'b' || (slow === 'write' && raceA !== 'a') };
}

/** B logs out while A, which loaded the session before and ends after it, writes a field or none. */
export async function raceLogout(trial: Trial, slow: SlowKind): Promise<LogoutRace> {
  const cookies = await signIn(trial.visitor);
  const { first, second } = await overlapping(trial, cookies, `/slow/${slow}`, '/logout');
  mustSucceed(second, 'The logout');
  if (first.status >= 500) throw new Error(`The request that was under way was answered ${first.status}.`);
  const afterwards = await trial.visitor.send('GET', '/session', cookies);
  if (afterwards.status !== 200 && afterwards.status !== 401) {
    throw new Error(`The session's page was answered ${afterwards.status} after the logout.`);
  }
  return { alive: afterwards.status === 200, lateStatus: first.status };
}

/** Sends `count` requests at once that each add an item to the cart; resolves with how many are in it afterwards. */
export async function raceAdds({ visitor }: Pick<Trial, 'visitor'>, count: number): Promise<number> {
  const cookies = await signIn(visitor);
  const items = Array.from({ length: count }, (_, index) => `item-${index}`);
  // Opens the connections, which would otherwise spread the adds out in time.
  await Promise.all(items.map(() => fieldsOf(visitor, cookies)));
  const answers = await Promise.all(items.map((item) => visitor.send('POST', `/cart/${item}`, cookies)));
  for (const answer of answers) mustSucceed(answer, 'An add');
  const { raceCart = [] } = await fieldsOf(visitor, cookies);
  return items.filter((item) => raceCart.includes(item)).length;
}

async function overlapping(
  { visitor, overlap }: Trial,
  cookies: string,
  slowPath: string,
  quickPath: string,
): Promise<{ first: Answer; second: Answer }> {
  const meeting = overlap.expect();
  const underWay = visitor.send('POST', slowPath, cookies);
  const quick = async () => {
    const early = await Promise.race([meeting.arrived, underWay]);
    if (early !== undefined) throw new Error(`The request to be overlapped was answered ${early.status} at once.`);
    await delay(secondAfterMs);
    try {
      return await visitor.send('POST', quickPath, cookies);
    } finally {
      meeting.release();
    }
  };
  const [first, second] = await Promise.all([underWay, quick()]);
  return { first, second };
}

/** Proves that the session works before anything happens to it; else "gone after logout" would prove nothing. */
async function signIn(visitor: Visitor): Promise<string> {
  const login = await visitor.send('POST', '/login');
  mustSucceed(login, 'The login');
  await fieldsOf(visitor, login.cookies);
  return login.cookies;
}

async function fieldsOf(visitor: Visitor, cookies: string): Promise<RaceFields> {
  const page = await visitor.send('GET', '/session', cookies);
  mustSucceed(page, "The session's page");
  return JSON.parse(page.body) as RaceFields;
}

function mustSucceed({ status }: Answer, what: string): void {
  if (status < 200 || status > 299) throw new Error(`${what} was answered ${status}.`);
}
