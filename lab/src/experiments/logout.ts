/** A user logs out at one server, and the cookie of before is sent to all: what 1.2 and 2.1 do and record alike. */
import { LabClient } from './lab-client.ts';
import { type ProfilesAtEach, profileAtEach } from './profile-at-each.ts';
import type { Status } from './wording.ts';

export type LogoutTrial = {
  readonly userId: string;
  /** The server that was asked to log the user out. */
  readonly server: string;
  readonly status: Status;
  readonly before: ProfilesAtEach;
  /** `afterMs`: all servers had answered so long after the answer to the logout. */
  readonly after: ProfilesAtEach & { readonly afterMs: number };
  /** What users who had not logged out were answered afterwards (the control). */
  readonly others: readonly Status[];
};

interface Logout {
  readonly userId: string;
  readonly client: LabClient;
  readonly server: { readonly id: string; readonly url: string };
  readonly servers: readonly { readonly url: string }[];
  /** Asks for the others' profiles. */
  readonly others: () => Promise<readonly Status[]>;
}

export async function logOut({ userId, client, server, servers, others }: Logout): Promise<LogoutTrial> {
  const holder = holderOfCookiesOf(client);
  const before = await profileAtEach(holder, servers);
  const { status } = await client.logout(server.url);
  const loggedOutAt = performance.now();
  const after = await profileAtEach(holder, servers);
  const afterMs = Math.round((performance.now() - loggedOutAt) * 10) / 10;
  return { userId, server: server.id, status, before, after: { ...after, afterMs }, others: await others() };
}

/** Its own browser drops the cookie when the logout is answered, and whoever sends none is refused anyway. */
function holderOfCookiesOf({ cookies, address }: LabClient): LabClient {
  const holder = new LabClient(address === undefined ? {} : { address });
  holder.cookies.take(cookies.header()?.split('; '));
  return holder;
}

/** Whether the answers afterwards tell something: a server knew the user, took the logout, and still knew the others. */
export function isLogoutTold({ userId, status, before, others }: LogoutTrial): boolean {
  const isKnown = before.statuses.some((answer, index) => answer === 200 && before.userIds[index] === userId);
  return isKnown && status === 200 && others.length > 0 && others.every((answer) => answer === 200);
}

/** Of the servers that had something to forget; one that never knew the user proves nothing by refusing. */
export function answersAfterLogout({ before, after }: Pick<LogoutTrial, 'before' | 'after'>): Status[] {
  return after.statuses.filter((status, index) => before.statuses[index] === 200 || status === 200);
}
