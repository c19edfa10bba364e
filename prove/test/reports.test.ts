/** The reports of the streams' and channels' proofs; report.test.ts has the queue's. */
import { describe, expect, it } from 'vitest';
import { rowsOf as channelsRows, reportTable as channelsTable } from '../src/channels/report.ts';
import { rowsOf as streamsRows, reportTable as streamsTable } from '../src/streams/report.ts';
import { check as checkChannel, got, seenBy } from './made-up-channel-round.ts';
import { struck } from './made-up-processes.ts';
import { check as checkStream, others, process } from './made-up-stream-round.ts';

const faults = [struck('link-reset', 'w', 900)];
const about = { subject: 'sallyport', fault: 'link-reset' as const, ms: 1 };
const round = <Findings>(number: number, findings: Findings) => ({
  ...about,
  round: number,
  outcome: { findings, planned: ['link-reset'], struck: faults },
});
const failedRound = { ...about, round: 3, problem: 'no port' };

describe('the reports', () => {
  it('add up rounds of the streams, keep the longest times, and name what was broken with its round', () => {
    const lost = { workers: [process('w', others('shared'))], drainedAt: 950 };
    const [row] = streamsRows([
      round(1, checkStream({ faults })),
      round(2, checkStream({ faults, ...lost })),
      failedRound,
    ]);
    expect(row).toMatchObject({ rounds: 3, struck: 2, planned: 2, stored: 2, lost: 1, trimmed: 2, drainedMs: 100 });
    expect(row?.violations).toEqual([
      { rule: 'lost', detail: 'a in shared (still in the stream)', round: 2 },
      { rule: 'round failed', detail: 'no port', round: 3 },
    ]);
    expect(streamsTable([row!])).toContain('link-reset: lost: a in shared (still in the stream) (round 2)');
  });

  it('do the same with rounds of a channel', () => {
    const missed = checkChannel({ faults, ...seenBy(got(1, 3)) });
    const [row] = channelsRows([round(1, checkChannel({ faults })), round(2, missed), failedRound]);
    expect(row).toMatchObject({
      rounds: 3,
      struck: 2,
      published: 6,
      received: 5,
      missed: 1,
      twice: 0,
      caughtUpMs: 100,
    });
    expect(channelsTable([row!])).toContain('link-reset: missed: m2 at s (round 2)');
  });
});
