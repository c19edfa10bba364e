/** Everything the summary says, in English; and in every language by its name. */
import { orderingWords } from '../experiments/comparison/ordering-words.ts';
import { milliseconds, statusCounts, statusList } from '../experiments/wording.ts';
import type { Language } from '../language.ts';
import { figure } from '../report/figure.ts';
import type { Feature } from './facts.ts';
import type { SummaryWords } from './summary-words.ts';
import { summaryWordsZh } from './words.zh.ts';

type Answers = SummaryWords['features'][Feature]['answers'];

const yesNo: Answers = { yes: 'yes', no: 'no', partly: 'partly', unclear: 'unclear' };
const { comparisons, ratio } = orderingWords.en;
const list = (items: readonly string[], last: string): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} ${last} ${items.at(-1)}`;
const featureNames: Readonly<Record<Feature, string>> = {
  shared: 'Shared across servers',
  survivesServerLoss: "Survives a server's death",
  logout: 'Active logout',
  refusesInOutage: 'Who logged out stays out while Redis is down',
  scalesOut: 'Scales out',
  survivesRestart: "Effect of a server's restart",
  dependsOnService: 'Depends on a service',
};
const measures: SummaryWords['measures'] = {
  latency: 'P50',
  rate: 'Throughput',
  cpu: 'CPU time per request',
};
const criteria: SummaryWords['criteria'] = {
  shared: 'every server knows the user',
  survivesServerLoss: 'the death of a server logs nobody out',
  logout: 'logout takes effect at once',
  refusesInOutage: 'who has logged out stays out while Redis is down',
  scalesOut: 'a server can be added and nobody is logged out',
  survivesRestart: 'the restart of a server logs nobody out',
  dependsOnService: 'nothing has to run beside the application',
  cpu: 'little CPU time per request',
  memory: 'little memory per user',
};

const summaryWordsEn: SummaryWords = {
  schemes: {
    sticky: 'Sticky sessions',
    redis: 'Redis sessions',
    jwt: 'JWT',
    'jwt-deny-list': 'JWT with a deny-list',
    'jwt-pushed': 'JWT with pushed revocation',
    'jwt-uncached': 'JWT, checked each time',
    coherent: 'Coherent sessions',
  },
  features: {
    shared: { name: featureNames.shared, answers: yesNo },
    survivesServerLoss: { name: featureNames.survivesServerLoss, answers: yesNo },
    logout: { name: featureNames.logout, answers: yesNo },
    refusesInOutage: { name: featureNames.refusesInOutage, answers: yesNo },
    scalesOut: { name: featureNames.scalesOut, answers: yesNo },
    survivesRestart: {
      name: featureNames.survivesRestart,
      answers: { yes: 'nothing lost', no: 'all lost', partly: 'some lost', unclear: 'unclear' },
    },
    dependsOnService: { name: featureNames.dependsOnService, answers: yesNo },
  },
  evidence: {
    statuses: ({ statuses }) => statusList(statuses),
    'after-logout': ({ statuses }) => `${statusList(statuses)} after the logout`,
    'logout-in-memory': ({ statuses }) =>
      `${statusList(statuses)} after the logout; sessions are in the servers' own memory`,
    'after-deletion': ({ statuses }) => `${statusList(statuses)} once the session was deleted in Redis`,
    'no-copy': ({ statuses }) => `servers keep no copy: ${statusList(statuses)} once Redis had forgotten the session`,
    'stale-after-logout': ({ longestMs, trials }) =>
      `served for at most ${milliseconds(longestMs)} after ${trials} logouts`,
    'logged-out-store-down': ({ statuses }) => `${statusCounts(statuses)} to a logged-out token while Redis was down`,
    'store-down': ({ statuses }) => `${statusCounts(statuses)} while Redis was down`,
    'sessions-lost': ({ lost, of }) => `${lost} of ${of} sessions of the dead server lost`,
    'lost-on-return': ({ lost, of }) => `${lost} of ${of} sessions lost when a server came back`,
    restart: ({ lost, of, again, ofAgain }) =>
      `${lost} of ${of} when it went, ${again} of ${ofAgain} again when it came back`,
    'others-served': ({ served, of }) => `${served} of ${of} other servers answered 200`,
    'others-after-kill': ({ served, of, balanced }) =>
      `${served} of ${of} other servers answered 200 after kill -9${balanced === null ? '' : `, and ${balanced.served} of ${balanced.of} requests through the balancer`}`,
    balanced: ({ served, of, servers }) => `${served} of ${of} requests answered 200, by ${servers} servers in turn`,
    commands: ({ statuses, perRequest }) =>
      `${statusList(statuses)}, Redis commands per request: ${figure(perRequest)}`,
    held: ({ sessions }) => `${sessions.join(' + ')} sessions, each in the memory of the server that made it`,
    outage: ({ statuses, lost, cells }) =>
      `${statusCounts(statuses)} while Redis was down; old sessions lost in ${lost} of ${cells} cases`,
  },
  fact: ({ answer, inferred, evidence, experiment }) =>
    `${answer}${inferred ? ' (inferred)' : ''} · ${evidence} (${experiment})`,
  notMeasured: (experiments) =>
    experiments.length === 0 ? 'not measured' : `not measured (${experiments.join(', ')})`,
  noExperiment: 'Not measured, without the number of an experiment: the lab has none that would tell.',
  featureTable: {
    title: 'What each scheme can do',
    feature: 'Feature',
    inferred:
      'Inferred: nobody tried exactly this; it follows from what was tried. A session that the other servers serve outlives the one that made it.',
  },

  performanceTable: {
    title: 'What each scheme costs',
    columns: [
      'Scheme',
      'P50, ms',
      'P99, ms',
      'Requests/s',
      'CPU per request, µs',
      'MiB per 10,000 users',
      'MiB per million users',
    ],
    timesJwt: ({ interval }, experiment) => `JWT ×${figure(interval.estimate)} (${experiment})`,
    notTold: (experiment) => `not told apart (${experiment})`,
  },
  performanceNotes: {
    method:
      'P50 and P99: one request after the other, straight to a server (4.1). Requests/s and CPU time, of application, balancer and Redis together: many requests at once, through the balancer (4.2). Memory: what one more user adds, by slope (4.3): the heap of the server, for Redis sessions and coherent ones the memory of Redis.',
    bounded: (scheme, mostUsers) =>
      `${scheme}: the server keeps no sessions. Its heap grows by the cache of verified tokens, which has a bound, so that nothing is said beyond the ${figure(mostUsers)} users of this run.`,
    control: (measure, experiment, written) =>
      `${measures[measure]} (${experiment}): the A/A control failed, so differences between the schemes are not to be trusted: ${written}.`,
    undecided: (measure, experiment, ratios) =>
      `${measures[measure]} (${experiment}): undecided, because the interval reaches across the margin: ${ratios.join('; ')}.`,
    tooFew: (measure, experiment) =>
      `${measures[measure]} (${experiment}): there were too few successful blocks to compare the schemes.`,
  },
  measures,

  claimsTable: {
    title: 'What is claimed, and what was measured',
    columns: ['Claim', 'Scheme', 'Claimed', 'Measured', 'The measured value', 'Experiment'],
  },
  claims: {
    latency: 'P50 of the latency, ms',
    rate: 'Requests/s',
    bytes: 'Bytes per session',
    'deny-list-latency': 'What the list adds to P50',
    'deny-list-cpu': 'What the list adds to CPU time',
    'deny-list-entry': 'Life of an entry in the list, s',
    statuses: 'One session at three servers',
  },
  claimStandings: {
    below: 'lies below the claim',
    within: 'is as claimed',
    above: 'lies above the claim',
    otherwise: 'is not as claimed',
    undecided: 'does not decide it',
  },
  claimNotMeasured: 'not measured',
  percentMore: (percent, low, high) => `${percent} % (${low} to ${high})`,

  applications: {
    small: 'Small project',
    'medium-to-large': 'Medium to large project',
    'api-service': 'API service',
    'few-servers': 'Fewer than three servers',
    shop: 'Shop',
    'mobile-api': 'Mobile API',
    'single-page': 'Single-page application',
    microservices: 'Microservices',
    'high-security': 'High security',
  },
  criteria,
  needs: (requires, weighs) =>
    requires.length === 0
      ? `Weighs, in this order: ${weighs.join('; ')}.`
      : `Needs: ${requires.join('; ')}. Then weighs: ${weighs.join('; ')}.`,
  choices: {
    either: (schemes) => list(schemes, 'or'),
    none: 'None of the schemes',
    undecided: (schemes) => `Not decided: ${list(schemes, 'or')}`,
  },
  sentence: (text) => `${text}.`,
  about: (feature, fact) => `${featureNames[feature]}: ${fact}`,
  reasons: {
    excluded: (scheme, fact) => `Ruled out: ${scheme}. ${fact}.`,
    ofEach: (feature, facts) =>
      `${featureNames[feature]}. ${facts.map(([scheme, fact]) => `${scheme}: ${fact}`).join('; ')}.`,
    cpu: (written, comparison, experiments, through) =>
      `CPU time per request: ${written}, ${comparison}${through === null ? '' : `, each compared with ${through}`} (${experiments.join(', ')}).`,
    cpuTooFew: (scheme, other, experiments) =>
      `CPU time per request: too few successful blocks to compare ${scheme} and ${other} (${experiments.join(', ')}).`,
    memory: (of, to, comparison, experiment) => `Memory per user: ${of}; ${to}: ${comparison} (${experiment}).`,
    userMemory: (scheme, bytes, low, high) =>
      `${scheme} ${figure(bytes)} bytes${low === null || high === null ? '' : ` (${figure(low)} to ${figure(high)})`}`,
    memoryNotTold: (scheme) => `${scheme} not told by the system`,
  },
  ratio,
  comparisons: { ...comparisons, 'control-failed': 'not to be trusted, for the A/A control failed' },
  cautions: {
    lacks: (scheme, fact) => `${scheme}. ${fact}.`,
    unknowable: (scheme, feature) =>
      `${scheme} could not be considered: the lab has no experiment that tells whether ${criteria[feature]}.`,
    unweighed: (criterion) =>
      `Not weighed: ${criteria[criterion]}. The lab has no experiment that tells it of all that were left.`,
    missing: (experiments) => `Not known from this run: ${experiments.join(', ')}.`,
  },

  problems: {
    notRun: (experiment, title, reason) => `${experiment} (${title}) did not run: ${reason}`,
    noReason: 'the lab gave no reason',
    undecided: (experiment, hypothesis, statement, evidence) =>
      `${experiment} ${hypothesis} (“${statement}”) is undecided. ${evidence}`,
    control: (measure, experiment, written) =>
      `${experiment}: the A/A control failed for ${measures[measure]}: ${written}. Whatever this measure says of the schemes is left undecided; run it again when the machine is quieter.`,
  },
  next: {
    undecided: (hypotheses) => `More samples may decide what was left undecided: ${hypotheses.join(', ')}.`,
    notRun: (experiments) => `What did not run: ${experiments.join(', ')}.`,
    notAsked: (experiments) => `What this summary lacks, because it was not asked for: ${experiments.join(', ')}.`,
  },
};

const inLanguage: Readonly<Record<Language, SummaryWords>> = { en: summaryWordsEn, zh: summaryWordsZh };

export function summaryWords(language: Language): SummaryWords {
  return inLanguage[language];
}
