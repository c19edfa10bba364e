/** Everything experiment 3.3 says. */
import { figure } from '../../report/figure.ts';
import type { JudgedRatio } from '../comparison/ordering.ts';
import { orderingWords } from '../comparison/ordering-words.ts';
import { type ClaimPlace, claimedDenyListPercent, claimText } from '../comparison/source-claims.ts';
import type { Hypothesis } from '../experiment.ts';
import { answersInWords, milliseconds, type Status, seconds } from '../wording.ts';
import type { CostMeasure, ListPlace, TokenKind } from './measured.ts';

type Answers = Parameters<typeof answersInWords>[0];
type Spread = { readonly acceptedMs: number; readonly refusedMs: number };

const { ratio, comparisons } = orderingWords.en;
const costMeasures: Readonly<Record<CostMeasure, string>> = {
  latency: 'median latency',
  cpu: 'CPU time per request, application and Redis',
};

const lists: Readonly<Record<ListPlace, string>> = {
  none: 'none',
  redis: 'in Redis',
  memory: 'in the memory of each server',
};

export const denyListWords = {
  title: 'Logging out of a token',
  question: 'Does a deny-list give logout to tokens?',
  hypotheses: [
    { id: 'H1', statement: 'Logout adds the token to the list, and every server refuses it from then on.' },
    { id: 'H2', statement: 'The list is checked first.' },
    { id: 'H3', statement: "The entry's TTL is the token's remaining life." },
  ] as readonly Hypothesis[],
  design: [
    'Log in two users with tokens that live 2 h at three servers with a deny-list in Redis. Log one of them out at one server.',
    'Read the entry as Redis shows it, and send both tokens to each server.',
    'Log out a token that lives 30 s (times the time scale of this run, at least 3 s), made with the key of the servers. Nobody reads its entry; Redis tells when it deletes it. After 35 s look for the entry and send the token again.',
    'Count the commands that reach Redis per request: for a good token, a logged-out one, one with an altered signature, an expired one, and one that is both expired and logged out. What the last is refused for tells which check comes first.',
    'Count the same at servers without a list, and at one that holds the list in its memory, fed by a stream (scheme jwt-pushed).',
    'Log users out at one server while the others are asked without a pause: without a list, with one in Redis, and with one in each memory.',
    'Then measure what the list costs: servers with it in Redis, with it in memory, without it, and once more without it as the A/A control, started anew several times, in blocks of serial requests in random order, compared block by block.',
  ] as readonly string[],
  limits: [
    'Redis is on the same machine: over a network a look-up takes longer, though no more CPU.',
    'What servers with a list in Redis do while Redis is away is in experiment 3.1.',
    'Other servers are asked one request after the other: how long one accepted a token lies between the last acceptance and the refusal that follows.',
  ] as readonly string[],

  progress: {
    logout: 'logging out',
    lookUps: (token: TokenKind): string => `counting look-ups: ${token}`,
    spread: (list: ListPlace): string => `logging out while the other servers are asked: ${lists[list]}`,
    cost: (process: number, processes: number): string =>
      `what the list costs, fresh processes ${process} of ${processes}`,
    wait: (waitSeconds: number, lifeSeconds: number): string =>
      `waiting ${waitSeconds} s for the entry of a ${lifeSeconds} s token to end`,
  },
  none: '–',
  stepTable: { title: 'Before and after the logout' },
  steps: {
    step: 'Step',
    answer: 'Words of the refusal',
    before: 'before the logout',
    after: (ms: number): string => `within ${milliseconds(ms)} of the logout`,
    shortAfter: (ttlSeconds: number, ms: number): string => `a ${ttlSeconds} s token, ${seconds(ms)} after its logout`,
    otherUser: 'another user, still logged in (control)',
  },
  entryTable: {
    title: 'The entries as Redis shows them',
    columns: [
      'Life of the token in s',
      'Key',
      'TYPE',
      'PTTL in ms',
      'Left of the token in ms',
      'Entry ends after the token, ms',
      'MEMORY USAGE in bytes',
    ],
  },
  lookUpTable: {
    title: 'Round trips to Redis',
    columns: ['Token', 'Requests', 'Commands per request', 'Which', 'Status', 'Words of the refusal'],
  },
  ordering: orderingWords.en,
  costMeasures,
  costTable: {
    title: 'What the list costs: ratios with 95 % intervals',
    columns: ['Figure', 'Ratio', 'Comparison', 'Pairs of blocks', 'Fresh processes'],
  },
  tokens: {
    good: 'good',
    'logged out': 'logged out',
    'signature altered': 'signature altered',
    expired: 'expired',
    'expired and logged out': 'expired and logged out',
  },
  tokenWithoutList: 'good, servers without a list',
  tokenWithListInMemory: 'good, a server with the list in memory (look-ups only)',
  lists,
  spreadTable: {
    title: 'How long other servers accept a token after its logout was answered',
    columns: [
      'List',
      'Logouts',
      'Accepted after the answer',
      'For at most, ms',
      'All had refused after, median ms',
      'At most, ms',
    ],
  },
  toItsEnd: 'until it expires',

  headline: (after: Answers, ttlMs: number | undefined): string =>
    `${answersInWords(after)}${ttlMs === undefined ? '' : `, entry for ${figure(Math.round(ttlMs / 1000))} s`}`,
  evidence: {
    notUsable: (before: Answers, other: Answers, logout: Status): string =>
      `Before the logout the token was answered ${answersInWords(before)}, the other user's ${answersInWords(other)}, and the logout itself ${logout}.`,
    added: (before: number, after: number, refused: Answers, other: Answers): string =>
      `The list had ${before} entries before the logout and ${after} after it. The token was then answered ${answersInWords(refused)}, ` +
      `another user's ${answersInWords(other)}.`,
    noLookUps: 'Not all kinds of token were sent.',
    order: (good: number, altered: number, expired: number, bothError: string | null): string =>
      `Redis commands per request: ${figure(good)} for a good token, ${figure(altered)} for an altered signature, ${figure(expired)} for an expired token. ` +
      `A token both expired and logged out was refused as "${bothError ?? ''}".`,
    noEntry: 'A logout left no entry to look at.',
    life: (
      entries: readonly { ttlSeconds: number; endsAfterTokenMs: number }[],
      deletedAfterExpMs: number | null,
      waitedMs: number,
    ): string =>
      `${entries
        .map(
          ({ ttlSeconds, endsAfterTokenMs }) =>
            `The entry of a ${ttlSeconds} s token ends ${milliseconds(endsAfterTokenMs)} after the token.`,
        )
        .join(' ')} ${
        deletedAfterExpMs === null
          ? `That the short one was deleted was not heard within ${seconds(waitedMs)}.`
          : `Redis deleted the short one ${milliseconds(deletedAfterExpMs)} after its token's end.`
      }`,
  },
  findings: {
    logout: (afterMs: number): string =>
      `A list in Redis makes logout real: within ${milliseconds(afterMs)} of the answer to the logout every server had been asked, and had refused the token.`,
    last: 'The list is asked last, and that is better: forged and expired tokens are refused without a word to Redis, so nobody can burden it with tokens that were never good.',
    first: 'The list is asked before the signature is known to be good: anybody can burden Redis with made-up tokens.',
    selfCleaning: (memoryBytes: number): string =>
      `The list cleans itself: an entry ends with its token, so it holds the logouts of one token life and no more, at ${memoryBytes} bytes each.`,
    price: (measure: CostMeasure, price: JudgedRatio, place: ClaimPlace | 'undecided'): string =>
      `In ${costMeasures[measure]}: ${ratio(price)}. A list is said to cost ${claimText(claimedDenyListPercent)} %; ${
        {
          above: 'here it costs more.',
          below: 'here it costs less.',
          within: 'that holds here.',
          undecided: 'this run can not tell whether that holds.',
        }[place]
      }`,
    costControl: (measure: CostMeasure, control: JudgedRatio): string =>
      `The A/A control failed (${ratio(control)}), so nothing is said of the list's cost in ${costMeasures[measure]}.`,
    lookUpsInMemory: (perRequest: number): string =>
      `A server that holds the list in its memory asks Redis ${figure(perRequest)} times per request.`,
    spread: (redis: Spread, memory: Spread): string =>
      `After the answer to a logout other servers accepted the token for at most ${milliseconds(redis.acceptedMs)} with the list in Redis ` +
      `(asked anew, all had refused within ${milliseconds(redis.refusedMs)}), and for at most ${milliseconds(memory.acceptedMs)} with the list ` +
      `in each memory (within ${milliseconds(memory.refusedMs)}); without a list until it expires.`,
    pricePushed: (measure: CostMeasure, price: JudgedRatio): string =>
      `With the list in memory, ${costMeasures[measure]}: ${ratio(price)}, ${comparisons[price.comparison]}.`,
    cost: (withList: number, without: number): string =>
      `The price is ${figure(withList)} round trip to Redis for each request of a logged-in user, against ${figure(without)} without a list.`,
  },
};

export type DenyListWords = typeof denyListWords;
