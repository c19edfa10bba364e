/** Pieces of made-up observations. */
import type { Analysis } from '../../src/experiments/experiment.ts';
import type { ProfilesAtEach } from '../../src/experiments/profile-at-each.ts';
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
