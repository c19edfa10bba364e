/** Everything experiment 4.3 says. */
import type { Slope } from '../../measure/statistics/slope.ts';
import { figure } from '../../report/figure.ts';
import type { JudgedRatio, OrderJudgement } from '../comparison/ordering.ts';
import { orderingWords } from '../comparison/ordering-words.ts';
import type { SubjectName } from '../comparison/subjects.ts';
import type { Hypothesis } from '../experiment.ts';

const { subjects, ratio, because } = orderingWords.en;
const measures = { heapBytes: 'server heap', residentBytes: 'server RSS', redisBytes: 'Redis used_memory' };

const written = (slope: Slope | null): string => {
  if (slope === null) return 'no figure';
  const { interval } = slope;
  const range =
    interval === null ? '' : ` (${figure(Math.round(interval.low))} to ${figure(Math.round(interval.high))})`;
  return `${figure(Math.round(slope.slope))} bytes per user${range}`;
};

export const costWords = {
  title: 'What a session costs',
  question: 'What does each cost?',
  hypotheses: [
    { id: 'H1', statement: 'Sticky sessions cost server memory.' },
    { id: 'H2', statement: 'Redis sessions cost Redis memory.' },
    { id: 'H3', statement: 'JWT costs CPU.' },
  ] as readonly Hypothesis[],
  design: [
    'Log in more and more users at one server of each scheme, and let each be seen once. At each of five sizes collect the garbage and read the heap, the resident memory and used_memory of Redis.',
    'The slope over the sizes is what one more user costs; times a million, what a million would.',
    'With fresh processes and in rounds of random order, read the CPU time of the application and Redis around serial requests, and while nothing is sent. A second server of sticky sessions is the A/A control.',
  ] as readonly string[],
  limits: [
    'The session holds a user id, a name and a role. More data costs more, in a token too.',
    'The cost of a million users is extrapolated from thousands.',
    'Every JWT of the CPU rounds is found in the cache of verified tokens, but at the server without one.',
  ] as readonly string[],
  subjects,
  measures,
  progress: {
    memory: (scheme: SubjectName, users: number): string => `memory of ${subjects[scheme]} with ${users} users`,
    cpu: (process: number, processes: number): string => `CPU, fresh processes ${process} of ${processes}`,
  },
  memoryTable: {
    title: 'Memory by the number of users logged in',
    columns: ['Scheme', 'Users', 'Server heap, MiB', 'Server RSS, MiB', 'Redis used_memory, MiB'],
  },
  slopeTable: {
    title: 'Bytes per user, with 95 % intervals',
    columns: ['Scheme', 'Memory', 'Bytes per user', 'Low', 'High', 'A million users, MiB', 'Claimed bytes'],
  },
  cpuTable: {
    title: 'CPU time of application and Redis',
    columns: ['Scheme', 'Idle, ms per s', 'Loaded, ms per s', 'µs per request'],
  },
  credentialTable: {
    title: 'What a client sends along with every request',
    columns: ['Scheme', 'Header', 'Bytes of its value'],
  },
  chart: { title: 'Memory by the number of users', xTitle: 'users', yTitle: 'MiB' },
  series: (subject: SubjectName, measure: keyof typeof measures): string =>
    `${subjects[subject]}, ${measures[measure]}`,
  headline: (costs: readonly { readonly subject: SubjectName; readonly bytes: number }[]): string =>
    costs.length === 0
      ? 'no memory was measured'
      : `bytes per session: ${costs.map(({ subject, bytes }) => `${subjects[subject]} ${figure(Math.round(bytes))}`).join(', ')}`,
  evidence: {
    memory: (id: 'H1' | 'H2', price: Slope | null, beside: Slope | null): string =>
      id === 'H1'
        ? `Server heap: sticky ${written(price)}, Redis sessions, whose server keeps none, ${written(beside)}.`
        : `Redis sessions: in Redis ${written(price)}, in the server's heap ${written(beside)}.`,
    cpu: (ratios: readonly JudgedRatio[], why: OrderJudgement['because']): string =>
      `CPU time per request: ${ratios.length === 0 ? 'none to compare' : ratios.map(ratio).join('; ')}.${why === null ? '' : ` ${because[why]}`}`,
  },
  findings: {
    million: (subject: SubjectName, size: string): string =>
      `A million users of ${subjects[subject]} would take ${size}.`,
    cache: (heap: Slope | null): string =>
      `A JWT server keeps no sessions, but it does keep verified tokens in a bounded cache; up to that bound its heap grows by it: ${written(heap)}.`,
    copies: (heap: Slope | null): string =>
      `A server of coherent sessions keeps copies, 10,000 at most; up to that bound its heap grows by them: ${written(heap)}.`,
    signature: (price: JudgedRatio): string =>
      `What the signature check costs in CPU where there is no cache of verified tokens: ${ratio(price)}.`,
    carried: (jwtBytes: number, cookieBytes: number): string =>
      `The user's data travel with every request instead: ${jwtBytes} bytes for JWT, ${cookieBytes} for a session's cookie.`,
    control: (control: JudgedRatio, status: 'passed' | 'failed'): string =>
      `The A/A control ${status === 'passed' ? 'passed' : 'failed, so the CPU ratios can not be trusted'}: ${ratio(control)}.`,
    notPinned: 'Not every process could be pinned to its cores.',
  },
};

export type CostWords = typeof costWords;
