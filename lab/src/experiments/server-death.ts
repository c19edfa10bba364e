/** A server is killed, and all are asked for a user whom it had logged in: what 2.1 and 3.1 do and record alike. */
import type { LabClient } from './lab-client.ts';
import { allAnswered, type ProfilesAtEach, profileAtEach } from './profile-at-each.ts';
import type { Status } from './wording.ts';

/** What all servers said while one of them was dead: it was asked as well, which shows that it was. */
export type WithoutServer = ProfilesAtEach & { readonly server: string };

interface ServerToKill {
  readonly id: string;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<unknown>;
}

/** It stays dead. */
export async function profilesWithout(
  server: ServerToKill,
  client: LabClient,
  servers: readonly { readonly url: string }[],
): Promise<WithoutServer> {
  await server.kill();
  return { server: server.id, ...(await profileAtEach(client, servers)) };
}

/** What the servers answered that were not killed. @param servers In the order in which they were asked. */
export function othersThan({ server, statuses }: WithoutServer, servers: readonly string[]): Status[] {
  return statuses.filter((_, index) => servers[index] !== server);
}

interface BeforeDeath {
  readonly userId: string;
  /** In the order in which they were asked. */
  readonly servers: readonly string[];
  readonly before: ProfilesAtEach;
}

/** Whether the answers tell something: all servers knew the user, nobody else was found, and the killed one is silent. */
export function isDeathTold(killed: WithoutServer, { userId, servers, before }: BeforeDeath): boolean {
  const isGone = typeof killed.statuses[servers.indexOf(killed.server)] === 'string';
  return isGone && allAnswered(before, 200) && isNobodyBut(userId, before) && isNobodyBut(userId, killed);
}

/** Whether each profile that was sent is this user's. */
export function isNobodyBut(userId: string, { userIds }: Pick<ProfilesAtEach, 'userIds'>): boolean {
  return userIds.every((found) => found === null || found === userId);
}
