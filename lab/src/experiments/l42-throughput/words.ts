/** Everything experiment 4.2 says. */
import { figure } from '../../report/figure.ts';
import type { JudgedRatio, OrderJudgement } from '../comparison/ordering.ts';
import { orderingWords } from '../comparison/ordering-words.ts';
import type { SubjectName } from '../comparison/subjects.ts';
import type { Hypothesis } from '../experiment.ts';
import { percent } from '../share.ts';
import { countOf } from '../wording.ts';

export type RankedRate = { readonly subject: SubjectName; readonly perSecond: number };

const { subjects, comparisons, ratio, because } = orderingWords.en;
const groupNames: Readonly<Record<string, string>> = {
  app: 'application',
  balancer: 'built-in balancer',
  redis: 'Redis',
};
const group = (name: string): string => groupNames[name] ?? name;

/** `application ×9, nothing ×1` */
const limitList = (found: readonly (string | null)[]): string =>
  found.length === 0
    ? '–'
    : [...countOf(found)].map(([name, count]) => `${name === null ? 'nothing' : group(name)} ×${count}`).join(', ');

const reason = (why: OrderJudgement['because']): string => (why === null ? '' : ` ${because[why]}`);

export const throughputWords = {
  title: 'How many requests at once',
  question: 'Which has the highest throughput?',
  hypotheses: [
    { id: 'H1', statement: 'Sticky sessions have the highest throughput.' },
    { id: 'H2', statement: 'Redis sessions are bound by Redis.' },
    { id: 'H3', statement: 'JWT is bound by the CPU of the application.' },
  ] as readonly Hypothesis[],
  design: [
    'Start one server of each scheme behind its balancer, one of JWT that checks every signature anew, and, as an A/A control, a second one of sticky sessions; log in many users. Start all of them anew several times.',
    'Send GET /profile over many connections at once (by default 10,000 requests, 100 at once), one scheme after the other in rounds of random order.',
    'Read the CPU time of the application, the balancer, Redis and the generator around each load: it shows what held the load back, and what a request costs.',
    'Compare requests per second and CPU time per request round by round, with 95 % intervals over processes and rounds and a margin of ±10 %.',
    'In the end send the same load once more with ab (-n 10000 -c 100, a new connection for each request) and with wrk, where they are installed. Nothing is judged by these.',
  ] as readonly string[],
  limits: [
    'Requests per second depend on what else the machine does. CPU time per request depends on it much less.',
    'One server per scheme: what is compared is the cost of a request, not how a scheme grows with servers.',
    'Every user comes again and again, so each JWT is found in the cache of verified tokens, but for the server without one.',
    'What the kernel does for the network outside of any process is in no figure.',
  ] as readonly string[],

  subjects,
  comparisons,
  ratio,
  group,
  percent,
  limitList,
  measures: { rate: 'requests per second', cpu: 'CPU time per request, all servers' },
  progress: (process: number, processes: number): string => `load, fresh processes ${process} of ${processes}`,
  throughputTable: {
    title: 'Throughput (medians over the rounds)',
    columns: ['Scheme', 'Rounds', 'Total ms', 'Requests/s', 'Mean latency, ms', 'Failures', 'Claimed requests/s'],
  },
  ratioTable: {
    title: 'Ratios with 95 % intervals',
    columns: ['Figure', 'Ratio', 'Comparison', 'Pairs of rounds', 'Fresh processes'],
  },
  cpuTable: { title: 'CPU time per request, in µs', scheme: 'Scheme', servers: 'all servers' },
  bottleneckTable: {
    title: 'How busy the busiest thread was, and what held the load back',
    scheme: 'Scheme',
    limit: 'Limit, by rounds',
  },
  otherProgress: (program: string, subject: SubjectName): string => `load by ${program} on ${subjects[subject]}`,
  otherTable: {
    title: 'The same load by other generators, once each',
    columns: ['Generator', 'Scheme', 'Answered', 'Total ms', 'Requests/s', 'Mean latency, ms', 'Failures'],
  },
  chart: { title: 'CPU time per request', xTitle: 'scheme', yTitle: 'µs', note: 'Medians over the rounds.' },
  headline: (ranked: readonly RankedRate[]): string =>
    ranked.length === 0
      ? 'no load was completed'
      : `${ranked.map(({ subject, perSecond }) => `${subjects[subject]} ${figure(Math.round(perSecond))}`).join(', ')} requests/s`,
  evidence: {
    order: (ratios: readonly JudgedRatio[], why: OrderJudgement['because']): string =>
      `Requests per second: ${ratios.length === 0 ? 'none to compare' : ratios.map(ratio).join('; ')}.${reason(why)}`,
    bound: (subject: SubjectName, found: readonly (string | null)[]): string =>
      found.length === 0
        ? `No CPU times are known for ${subjects[subject]}, so the limit was not seen.`
        : `What had no time left under the load of ${subjects[subject]}, by rounds: ${limitList(found)}.`,
  },
  findings: {
    cpu: (verdict: string, ratios: readonly JudgedRatio[], why: OrderJudgement['because']): string =>
      ratios.length === 0
        ? 'No CPU times could be compared.'
        : `That a request costs the least CPU with sticky sessions is ${verdict}: ${ratios.map(ratio).join('; ')}.${reason(why)}`,
    coherent: (copied: JudgedRatio): string =>
      `Coherent sessions are read from the server's own memory as sticky ones are, and every server has them. CPU time per request, of all servers: ${ratio(copied)}, ${comparisons[copied.comparison]}.`,
    control: (measure: 'rate' | 'cpu', control: JudgedRatio, status: 'passed' | 'failed'): string =>
      `The A/A control of ${measure === 'rate' ? 'requests per second' : 'CPU time per request'} ${status === 'passed' ? 'passed' : 'failed, so those ratios can not be trusted'}: ${ratio(control)}.`,
    generator: (rounds: number, all: number): string =>
      `In ${rounds} of ${all} rounds the generator had no time left either: the servers might have done more.`,
    others: (cores: number): string => `Other programs took ${figure(cores)} cores on average meanwhile.`,
    notPinned:
      'Not every process could be pinned to its cores, so the generator and the servers may have taken the CPU from each other.',
  },
};

export type ThroughputWords = typeof throughputWords;
