/** Pieces of made-up observations. */
import type { Analysis } from '../../src/experiments/experiment.ts';
import type { LogoutTrial } from '../../src/experiments/logout.ts';
import type { ProfilesAtEach } from '../../src/experiments/profile-at-each.ts';
import type { WithoutServer } from '../../src/experiments/server-death.ts';
import type { Status } from '../../src/experiments/wording.ts';

/** The verdicts by hypothesis. Each must come with evidence, no figure may be missing, and tables must be whole. */
export function verdicts({ judgements, headline, findings, tables }: Analysis): Record<string, string> {
  const cells = tables.flatMap(({ rows }) => rows.flat().map(String));
  for (const { title, columns, rows } of tables) {
    if (rows.some((row) => row.length !== columns.length))
      throw new Error(`Table "${title}" has a row of another length.`);
  }
  for (const text of [headline, ...findings, ...cells, ...judgements.map(({ evidence }) => evidence)]) {
    if (text === '' || /undefined|null|NaN|Infinity/.test(text)) throw new Error(`Not fit for a report: "${text}"`);
  }
  return Object.fromEntries(judgements.map(({ id, verdict }) => [id, verdict]));
}

/** @param userId Whose profile came with each 200. */
export function atEach(statuses: readonly Status[], userId = 'u-1', error = 'session not found'): ProfilesAtEach {
  return {
    statuses,
    userIds: statuses.map((status) => (status === 200 ? userId : null)),
    errors: statuses.map((status) => (status === 200 ? null : error)),
  };
}

/** All servers asked while one of them is dead. */
export function without(server: string, statuses: readonly Status[], userId = 'u-1'): WithoutServer {
  const answers = atEach(statuses, userId);
  return { server, ...answers, errors: answers.errors.map((error, index) => (isHttp(statuses[index]) ? error : null)) };
}

function isHttp(status: Status | undefined): boolean {
  return typeof status === 'number';
}

/** @param before What the servers answer before the logout; after it those that knew the user refuse it. */
export function loggedOut(
  server: string,
  before: readonly Status[],
  after: readonly Status[] = before.map((status) => (status === 200 ? 401 : status)),
): LogoutTrial {
  return {
    userId: 'u-1',
    server,
    status: 200,
    before: atEach(before),
    after: {
      ...atEach(after),
      errors: after.map((status, index) => (status === 401 ? refusal(before[index]) : null)),
      afterMs: 3.5,
    },
    others: [200, 200],
  };
}

/** A server that knew the user also knows of the logout. */
function refusal(before: Status | undefined): string {
  return before === 200 ? 'session ended: logout' : 'session not found';
}
