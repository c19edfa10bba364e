/** Everything experiment 4.1 says. */

import type { FailureCounts } from '../../measure/load-target.ts';
import { figure } from '../../report/figure.ts';
import type { JudgedRatio, OrderJudgement } from '../comparison/ordering.ts';
import { orderingWords } from '../comparison/ordering-words.ts';
import type { SubjectName } from '../comparison/subjects.ts';
import type { Hypothesis } from '../experiment.ts';
import type { Way } from './observations.ts';

export type RankedLatency = { readonly subject: SubjectName; readonly p50Ms: number };

const { subjects, comparisons, ratio, because } = orderingWords.en;

export const latencyWords = {
  title: 'How long one request takes',
  question: 'Which has the lowest latency?',
  hypotheses: [
    { id: 'H1', statement: 'Sticky sessions are the fastest.' },
    { id: 'H2', statement: 'JWT comes second.' },
    { id: 'H3', statement: 'Redis sessions are the slowest.' },
  ] as readonly Hypothesis[],
  design: [
    'Start one server of each scheme, one of JWT that checks every signature anew, and, as an A/A control, a second one of sticky sessions; log in many users at each. Start all of them anew five times.',
    'Send GET /profile one request after the other, each from the next user: blocks of every scheme in random order, directly to the server and, in fewer blocks, through the balancer.',
    'The generator has a core of its own where the system can pin processes; the servers share the others.',
    'Compare the median latencies block by block: a 95 % interval for the ratio, over processes and blocks, with a margin of ±10 % within which a difference does not matter. The verdicts are those of the direct requests.',
    'Then send requests at a fixed rate, each timed from its intended start, which shows stalls that a waiting client hides.',
  ] as readonly string[],
  limits: [
    'Client, servers and Redis are on one machine: a network between them adds its own time, and to Redis sessions once more.',
    'Every user comes again and again, so each JWT is found in the cache of verified tokens. What a token costs that a server sees for the first time is shown by the server without a cache.',
    'Absolute latencies belong to this machine; only their ratios carry over to others.',
  ] as readonly string[],

  subjects,
  comparisons,
  ratio,
  ways: { direct: 'direct', balancer: 'through the balancer' } as Readonly<Record<Way, string>>,
  places: { below: 'below the claim', within: 'within the claim', above: 'above the claim' },
  progress: {
    process: (process: number, processes: number): string =>
      `serial requests, fresh processes ${process} of ${processes}`,
    openLoop: (process: number, processes: number): string => `fixed rate, fresh processes ${process} of ${processes}`,
  },
  latencyTable: {
    title: 'Latency of serial requests, in ms',
    columns: ['Way', 'Scheme', 'Requests', 'Mean', 'P50', 'P95', 'P99', 'Min', 'Max'],
  },
  ratioTable: {
    title: 'Ratios of median latencies, with 95 % intervals',
    columns: ['Way', 'Ratio', 'Comparison', 'Pairs of blocks', 'Fresh processes'],
  },
  sourceTable: {
    title: 'What is claimed, and what was measured (P50, in ms)',
    columns: ['Scheme', 'Claim', 'Direct', 'Through the balancer', 'Direct value', 'Bytes of the answer'],
  },
  openLoopTable: {
    title: 'Latency at a fixed rate, from the intended start, in ms',
    columns: ['Scheme', 'Requests/s', 'Sent', 'Failed', 'Mean', 'P50', 'P95', 'P99', 'Min', 'Max'],
  },
  chart: (way: Way): { title: string; xTitle: string; yTitle: string; note: string } => ({
    title: way === 'direct' ? 'Distribution of latencies, direct' : 'Distribution of latencies, through the balancer',
    xTitle: 'up to … ms',
    yTitle: '% of requests',
    note: 'The bounds grow by a fixed factor. The first and the last bar include all that lies beyond.',
  }),
  headline: (ranked: readonly RankedLatency[]): string =>
    ranked.length === 0
      ? 'no request succeeded'
      : `P50 ${ranked.map(({ subject, p50Ms }) => `${subjects[subject]} ${figure(p50Ms)} ms`).join(', ')}`,
  evidence: (ratios: readonly JudgedRatio[], why: OrderJudgement['because']): string =>
    [
      ...(ratios.length === 0 ? [] : [`Ratios of the medians: ${ratios.map(ratio).join('; ')}.`]),
      ...(why === null ? [] : [because[why]]),
    ].join(' '),
  findings: {
    ranking: (ranked: readonly RankedLatency[]): string =>
      ranked.length === 0
        ? 'No request succeeded, so there is no ranking.'
        : `Measured medians, the lowest first: ${ranked.map(({ subject, p50Ms }) => `${subjects[subject]} ${figure(p50Ms)} ms`).join(', ')}.`,
    control: (control: JudgedRatio, status: 'passed' | 'failed'): string =>
      `The A/A control ${status === 'passed' ? 'passed' : 'failed, so the ratios of this run can not be trusted'}: ${ratio(control)}.`,
    signature: (price: JudgedRatio): string =>
      `A token that was verified before is found in a cache, as a session is in memory. What the signature check costs where there is no cache: ${ratio(price)}.`,
    failed: (subject: SubjectName, sent: number, { non2xx, timeouts, errors }: FailureCounts): string =>
      `At the fixed rate ${subjects[subject]} lost requests: of ${sent}, ${non2xx} were refused, ${timeouts} timed out and ${errors} broke.`,
    late: (late: readonly SubjectName[]): string =>
      `At the fixed rate the generator was itself late in at least one run of ${late.map((subject) => subjects[subject]).join(', ')}; the highest latencies there are partly its own.`,
    notPinned:
      'Not every process could be pinned to its cores, so the generator and the servers may have taken the CPU from each other.',
  },
};

export type LatencyWords = typeof latencyWords;
