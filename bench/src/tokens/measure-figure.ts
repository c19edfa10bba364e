/** Takes the rates of one library with one algorithm, in a process that does nothing else. */
import type { Samples } from '../benchmark.ts';
import { collectGarbage } from '../collect-garbage.ts';
import { median } from '../median.ts';
import { checkRefusals } from './check-refusals.ts';
import type { FigureRequest, RateName } from './figures.ts';
import { openJose } from './jose.ts';
import { newKeys } from './keys.ts';
import type { OpenTokens, TokenSubject, TokenUser } from './subject.ts';

/** Calls under way at a time: who answers at once is not made to wait, who uses other threads can use them. */
const underWay = 32;
const uncountedBlocks = 10;

type Duration = Pick<FigureRequest, 'forMs' | 'blockSize'>;

/** @throws Error when a token is read wrongly, or one that must be refused is not */
export async function measureFigure(
  open: OpenTokens,
  { algorithm, forMs, blockSize }: FigureRequest,
): Promise<Samples> {
  const keys = newKeys(algorithm);
  const subject = await open(keys);
  // All libraries verify the same kind of token.
  const maker = await openJose(keys);
  await checkRefusals(subject, keys, maker);
  let users = 0;
  const make = (count: number) => Promise.all(Array.from({ length: count }, () => maker.issue(userOf(users++))));

  const tokens = await make(2 * blockSize);
  for (const [index, token] of tokens.entries()) {
    const { sub } = await subject.verify(token);
    if (sub !== userOf(index).sub) throw new Error('A token was read as another.');
  }
  const duration = { forMs, blockSize };
  let at = 0;
  const rates: Record<RateName, number> = {
    verifyColdPerSecond: await rateOf(duration, async () => {
      const block = (await make(blockSize)).map(arrived);
      return (index) => subject.verify(block[index] ?? '');
    }),
    verifyWarmPerSecond: await rateOf(duration, async () => {
      const block = Array.from({ length: blockSize }, () => arrived(tokens[at++ % tokens.length] ?? ''));
      return (index) => subject.verify(block[index] ?? '');
    }),
    issuePerSecond: await issueRate(subject, duration),
  };
  return Object.fromEntries(Object.entries(rates).map(([name, rate]) => [`${name}${algorithm}`, rate]));
}

function issueRate(subject: TokenSubject, duration: Duration): Promise<number> {
  const users = Array.from({ length: duration.blockSize }, (_, index) => userOf(index));
  return rateOf(duration, async () => (index) => subject.issue(users[index] ?? userOf(index)));
}

/**
 * The middle one of the rates of many blocks: what else the machine does falls on some of them.
 * @param prepare makes the calls of a block; that is not measured
 */
async function rateOf(
  { forMs, blockSize }: Duration,
  prepare: () => Promise<(index: number) => unknown>,
): Promise<number> {
  // The compiler sees every path first, as often with every library.
  for (let block = 0; block < uncountedBlocks; block++) await blockMs(blockSize, await prepare());
  collectGarbage();
  const rates: number[] = [];
  for (let measuredMs = 0; measuredMs < forMs || rates.length < 5; ) {
    const tookMs = await blockMs(blockSize, await prepare());
    measuredMs += tookMs;
    rates.push((blockSize / tookMs) * 1_000);
  }
  return median(rates);
}

async function blockMs(blockSize: number, call: (index: number) => unknown): Promise<number> {
  let next = 0;
  const startedAt = performance.now();
  const caller = async () => {
    while (next < blockSize) {
      const answer = call(next++);
      if (answer instanceof Promise) await answer;
    }
  };
  await Promise.all(Array.from({ length: underWay }, caller));
  return performance.now() - startedAt;
}

/** The same text as a request brings it: never seen before by the engine, which knows the hash of a text it has seen. */
function arrived(token: string): string {
  return Buffer.from(token, 'latin1').toString('latin1');
}

function userOf(index: number): TokenUser {
  return { sub: `user-${index}`, username: `ada-${index}`, role: index % 10 === 0 ? 'admin' : 'customer' };
}
