/** Says how much memory 100,000 revoked tokens take in one server, per token. Started with `--expose-gc`. */
import { systemClock } from '../../src/clock.ts';
import { HeldRevocations } from '../../src/tokens/pushed/held-revocations.ts';
import { cutOffMark, denialMark } from '../../src/tokens/pushed/marks.ts';
import { uuidV7 } from '../../src/uuid-v7.ts';

const entries = 100_000;
const isCutOff = process.argv[2] === 'cut-offs';
const untilMs = Date.now() + 7_200_000;

function fill(held: HeldRevocations, from: number): void {
  for (let n = from; n < from + entries; n++) {
    const userId = `${'a long user id, '.repeat(10)}${n}`;
    const mark = isCutOff ? cutOffMark({ userId }) : denialMark({ userId, jti: uuidV7(Date.now()) });
    held.add(isCutOff ? { mark, untilMs: untilMs + n, beforeMs: untilMs - n } : { mark, untilMs });
  }
}

const heapBytes = () => {
  for (let n = 0; n < 3; n++) globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

// Once for what the code itself takes.
fill(new HeldRevocations(systemClock), 0);
const held = new HeldRevocations(systemClock);
const before = heapBytes();
fill(held, entries);
const bytes = heapBytes() - before;
if (held.denials + held.cutOffs !== entries) throw new Error('not all were held');
process.stdout.write(String(Math.round(bytes / entries)));
