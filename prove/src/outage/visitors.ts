/** The visitors of a site: some sign in, some leave, and all of them are known to have done so. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Sallyport } from 'sallyport';

/** One session as those know it who open and end sessions. */
export interface Visitor {
  readonly cookie: string;
  end(): Promise<void>;
  /** From the call on, nobody can say; it stays so when the answer never comes. */
  endingAt: number | undefined;
  endedAt: number | undefined;
}

const most = 40;
const everyMs = 50;
/** Who left longer ago than any copy may be served is asked about no more. */
const rememberedMs = 2_500;

export async function signIn({ sessions }: Sallyport, visitors: Visitor[]): Promise<void> {
  const session = await sessions.login(undefined, { userId: '7' });
  visitors.push({
    cookie: `session=${session.id}`,
    end: () => session.end(),
    endingAt: undefined,
    endedAt: undefined,
  });
}

/** One comes and the oldest leaves, twenty times a second, as far as Redis lets them. */
export async function comeAndGo(server: Sallyport, visitors: Visitor[], isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    await delay(everyMs);
    await signIn(server, visitors).catch(() => {});
    const staying = visitors.filter(({ endingAt }) => endingAt === undefined);
    const leaver = staying.length > most ? staying[0] : undefined;
    if (leaver === undefined) continue;
    leaver.endingAt = performance.now();
    const noteEnd = () => {
      leaver.endedAt = performance.now();
    };
    await leaver.end().then(noteEnd, () => {});
    const gone = visitors.findIndex(
      ({ endedAt }) => endedAt !== undefined && performance.now() - endedAt > rememberedMs,
    );
    if (gone >= 0) visitors.splice(gone, 1);
  }
}
