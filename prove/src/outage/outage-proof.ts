/** `npm run prove -- outage`: sessions while Redis is away, at a constant 200 requests a second. */
import type { Proof } from '../proof.ts';
import { findingsOf } from './findings.ts';
import { outageModes } from './modes.ts';
import { outageFaults } from './observed.ts';
import { type OutageRow, type PlayedRound, reportTables, rowsOf } from './report.ts';
import { runOutageRound } from './run-round.ts';

interface OutageReport {
  readonly rows: readonly OutageRow[];
}

export const outageProof: Proof = {
  name: 'outage',
  title: 'Sessions while Redis is away',
  hasPeers: false,
  packages: () => ['ioredis', 'redis'],
  run: async ({ seed, rounds, onlyRound, onRound }) => {
    const played: PlayedRound[] = [];
    for (let number = 1; number <= rounds; number++) {
      const mode = outageModes[(number - 1) % outageModes.length];
      if (mode === undefined || (onlyRound !== undefined && number !== onlyRound)) continue;
      onRound(number, outageFaults.join(', '), mode);
      const round = await runOutageRound({ mode, faults: outageFaults, seed: seed + number });
      played.push({ number, round, findings: findingsOf(round) });
    }
    const rows = rowsOf(played);
    const report: OutageReport = { rows };
    return {
      report,
      table: reportTables(rows, played[0]?.round),
      isKept: rows.every(({ violations }) => violations.length === 0),
    };
  },
};
