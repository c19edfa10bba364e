/** Who a credential is taken for at each server, asked directly. */
import type { LabClient } from './lab-client.ts';
import type { Status } from './wording.ts';

/** In the order of the servers. */
export type ProfilesAtEach = {
  readonly statuses: readonly Status[];
  /** Whose profile each server sent; null without one. */
  readonly userIds: readonly (string | null)[];
  /** The `error` of each refusal; null without one. */
  readonly errors: readonly (string | null)[];
};

export async function profileAtEach(
  client: LabClient,
  servers: readonly { readonly url: string }[],
): Promise<ProfilesAtEach> {
  const statuses: Status[] = [];
  const userIds: (string | null)[] = [];
  const errors: (string | null)[] = [];
  for (const { url } of servers) {
    const { status, body } = await client.profile(url);
    statuses.push(status);
    userIds.push(typeof body?.userId === 'string' ? body.userId : null);
    errors.push(typeof body?.error === 'string' ? body.error : null);
  }
  return { statuses, userIds, errors };
}

/** Whether all servers answered so; false when none was asked. */
export function allAnswered({ statuses }: Pick<ProfilesAtEach, 'statuses'>, wanted: Status): boolean {
  return statuses.length > 0 && statuses.every((status) => status === wanted);
}
