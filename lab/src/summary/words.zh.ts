/** Everything the summary says, in Chinese. */
import { orderingWords } from '../experiments/comparison/ordering-words.ts';
import { milliseconds, statusCounts, statusList } from '../experiments/wording.ts';
import { figure } from '../report/figure.ts';
import type { Answer, Feature } from './facts.ts';
import type { SummaryWords } from './summary-words.ts';

const yesNo: Readonly<Record<Answer, string>> = { yes: '是', no: '否', partly: '部分', unclear: '不明确' };
const { comparisons, ratio } = orderingWords.zh;
const list = (items: readonly string[], last: string): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join('、')}${last}${items.at(-1)}`;
const featureNames: Readonly<Record<Feature, string>> = {
  shared: '跨服务器共享',
  survivesServerLoss: '服务器宕机后会话仍在',
  logout: '主动登出',
  refusesInOutage: 'Redis 宕机时已登出者仍被拒绝',
  scalesOut: '水平扩展',
  survivesRestart: '服务器重启的影响',
  dependsOnService: '依赖外部服务',
};
const measures: SummaryWords['measures'] = {
  latency: '延迟 P50',
  rate: '吞吐量',
  cpu: '每次请求的 CPU 时间',
};
const criteria: SummaryWords['criteria'] = {
  shared: '每台服务器都认得用户',
  survivesServerLoss: '一台服务器宕机不会让任何人掉线',
  logout: '登出立即生效',
  refusesInOutage: 'Redis 宕机时已登出的人仍进不来',
  scalesOut: '增加服务器不会让任何人掉线',
  survivesRestart: '重启服务器不会让任何人掉线',
  dependsOnService: '除应用之外无需运行其他服务',
  cpu: '每次请求的 CPU 时间少',
  memory: '每个用户占用的内存少',
};

export const summaryWordsZh: SummaryWords = {
  schemes: {
    sticky: '粘性会话',
    redis: 'Redis 会话',
    jwt: 'JWT',
    'jwt-deny-list': '带黑名单的 JWT',
    'jwt-pushed': '推送吊销的 JWT',
    'jwt-uncached': '每次都验证签名的 JWT',
    coherent: '一致性副本会话',
  },
  features: {
    shared: { name: featureNames.shared, answers: yesNo },
    survivesServerLoss: { name: featureNames.survivesServerLoss, answers: yesNo },
    logout: { name: featureNames.logout, answers: yesNo },
    refusesInOutage: { name: featureNames.refusesInOutage, answers: yesNo },
    scalesOut: { name: featureNames.scalesOut, answers: yesNo },
    survivesRestart: {
      name: featureNames.survivesRestart,
      answers: { yes: '无损失', no: '全部丢失', partly: '部分丢失', unclear: '不明确' },
    },
    dependsOnService: { name: featureNames.dependsOnService, answers: yesNo },
  },
  evidence: {
    statuses: ({ statuses }) => statusList(statuses),
    'after-logout': ({ statuses }) => `登出后 ${statusList(statuses)}`,
    'logout-in-memory': ({ statuses }) => `登出后 ${statusList(statuses)}，会话在各服务器自己的内存中`,
    'after-deletion': ({ statuses }) => `从 Redis 删除会话后 ${statusList(statuses)}`,
    'no-copy': ({ statuses }) => `服务器不留副本：Redis 忘记会话后 ${statusList(statuses)}`,
    'store-down': ({ statuses }) => `Redis 宕机期间 ${statusCounts(statuses)}`,
    'stale-after-logout': ({ longestMs, trials }) => `${trials} 次登出之后至多再使用 ${milliseconds(longestMs)}`,
    'logged-out-store-down': ({ statuses }) => `Redis 宕机期间，已登出的令牌得到 ${statusCounts(statuses)}`,
    'sessions-lost': ({ lost, of }) => `宕机服务器的 ${of} 个会话丢失 ${lost} 个`,
    'lost-on-return': ({ lost, of }) => `一台服务器恢复时，${of} 个会话丢失 ${lost} 个`,
    restart: ({ lost, of, again, ofAgain }) =>
      `停止时 ${of} 个会话丢失 ${lost} 个，恢复时 ${ofAgain} 个又丢失 ${again} 个`,
    'others-served': ({ served, of }) => `其他 ${of} 台服务器中有 ${served} 台应答 200`,
    'others-after-kill': ({ served, of, balanced }) =>
      `kill -9 之后，其他 ${of} 台服务器中有 ${served} 台应答 200${balanced === null ? '' : `，经负载均衡器的 ${balanced.of} 次请求中有 ${balanced.served} 次应答 200`}`,
    balanced: ({ served, of, servers }) => `${servers} 台服务器轮流应答，${of} 次请求中 ${served} 次得到 200`,
    commands: ({ statuses, perRequest }) => `${statusList(statuses)}，每次请求的 Redis 命令数：${figure(perRequest)}`,
    held: ({ sessions }) => `${sessions.join(' + ')} 个会话，各自存于创建它的服务器的内存中`,
    outage: ({ statuses, lost, cells }) =>
      `Redis 宕机期间 ${statusCounts(statuses)}；${cells} 种情形中有 ${lost} 种丢失旧会话`,
  },
  fact: ({ answer, inferred, evidence, experiment }) =>
    `${answer}${inferred ? '（推断）' : ''} · ${evidence}（${experiment}）`,
  notMeasured: (experiments) => (experiments.length === 0 ? '未测量' : `未测量（${experiments.join('、')}）`),
  noExperiment: '“未测量”之后没有实验编号：实验室没有能够说明它的实验。',
  featureTable: {
    title: '各方案能做到什么',
    feature: '特性',
    inferred: '推断：没有直接试过，而是由试过的结果得出。其他服务器也能应答的会话，在创建它的服务器宕机之后仍然有效。',
  },

  performanceTable: {
    title: '各方案的代价',
    columns: [
      '方案',
      'P50（毫秒）',
      'P99（毫秒）',
      '吞吐量（请求/秒）',
      '每次请求的 CPU 时间（微秒）',
      '每 10,000 用户的内存（MiB）',
      '每百万用户的内存（MiB）',
    ],
    timesJwt: ({ interval }, experiment) => `JWT 的 ×${figure(interval.estimate)}（${experiment}）`,
    notTold: (experiment) => `无法区分（${experiment}）`,
  },
  performanceNotes: {
    method:
      'P50 与 P99：逐个请求，直接发往服务器（4.1）。吞吐量与 CPU 时间（应用、负载均衡器与 Redis 合计）：大量并发请求，经过负载均衡器（4.2）。内存：每增加一个用户的增量，取斜率（4.3）；指服务器的堆，Redis 会话则指 Redis 的内存。',
    bounded: (scheme, mostUsers) =>
      `${scheme}：服务器不保存会话。堆的增长来自已验证令牌的缓存，而缓存有上限，因此超出本次运行的 ${figure(mostUsers)} 个用户之后不作推断。`,
    control: (measure, experiment, written) =>
      `${measures[measure]}（${experiment}）：A/A 对照未通过，各方案之间的差异不可信：${written}。`,
    undecided: (measure, experiment, ratios) =>
      `${measures[measure]}（${experiment}）：无法判定，因为置信区间跨越了界限：${ratios.join('；')}。`,
    tooFew: (measure, experiment) => `${measures[measure]}（${experiment}）：成功的测量块太少，无法比较各方案。`,
  },
  measures,

  claimsTable: {
    title: '通常的说法与实测值',
    columns: ['说法', '方案', '说法中的值', '实测值', '实测值与说法相比', '实验'],
  },
  claims: {
    latency: '延迟 P50（毫秒）',
    rate: '吞吐量（请求/秒）',
    bytes: '每个会话的字节数',
    'deny-list-latency': '黑名单使 P50 增加',
    'deny-list-cpu': '黑名单使 CPU 时间增加',
    'deny-list-entry': '黑名单条目的有效期（秒）',
    statuses: '同一会话在三台服务器上',
  },
  claimStandings: {
    below: '低于说法',
    within: '与说法相符',
    above: '高于说法',
    otherwise: '与说法不符',
    undecided: '无法判定',
  },
  claimNotMeasured: '未测量',
  percentMore: (percent, low, high) => `${percent}%（${low} 至 ${high}）`,

  applications: {
    small: '小型项目',
    'medium-to-large': '中大型项目',
    'api-service': 'API 服务',
    'few-servers': '少于三台服务器',
    shop: '电商',
    'mobile-api': '移动端 API',
    'single-page': '单页应用',
    microservices: '微服务',
    'high-security': '高安全要求',
  },
  criteria,
  needs: (requires, weighs) =>
    requires.length === 0
      ? `依次看重：${weighs.join('；')}。`
      : `必需：${requires.join('；')}。其次看重：${weighs.join('；')}。`,
  choices: {
    either: (schemes) => list(schemes, ' 或 '),
    none: '没有合适的方案',
    undecided: (schemes) => `尚无定论：${list(schemes, ' 或 ')}`,
  },
  sentence: (text) => `${text}。`,
  about: (feature, fact) => `${featureNames[feature]}：${fact}`,
  reasons: {
    excluded: (scheme, fact) => `排除${spaced(scheme).trimEnd()}。${fact}。`,
    ofEach: (feature, facts) =>
      `${featureNames[feature]}。${facts.map(([scheme, fact]) => `${scheme}：${fact}`).join('；')}。`,
    cpu: (written, comparison, experiments, through) =>
      `每次请求的 CPU 时间：${written}，${comparison}${through === null ? '' : `，均与${spaced(through)}比较得出`}（${experiments.join('、')}）。`,
    cpuTooFew: (scheme, other, experiments) =>
      `每次请求的 CPU 时间：成功的测量块太少，无法比较${spaced(scheme)}与${spaced(other)}（${experiments.join('、')}）。`,
    memory: (of, to, comparison, experiment) => `每个用户的内存：${of}；${to}：${comparison}（${experiment}）。`,
    userMemory: (scheme, bytes, low, high) =>
      `${scheme} ${figure(bytes)} 字节${low === null || high === null ? '' : `（${figure(low)} 至 ${figure(high)}）`}`,
    memoryNotTold: (scheme) => `${scheme}：系统没有给出`,
  },
  ratio,
  comparisons: { ...comparisons, 'control-failed': 'A/A 对照未通过，因此不可信' },
  cautions: {
    lacks: (scheme, fact) => `${scheme}。${fact}。`,
    unknowable: (scheme, feature) =>
      `未能考虑${spaced(scheme).trimEnd()}：实验室没有实验能说明是否“${criteria[feature]}”。`,
    unweighed: (criterion) => `未作权衡：${criteria[criterion]}。实验室没有实验能对所有候选方案作出说明。`,
    missing: (experiments) => `本次运行未能得知：${experiments.join('、')}。`,
  },

  problems: {
    notRun: (experiment, title, reason) => `${experiment}（${title}）未运行：${reason}`,
    noReason: '实验室没有给出原因',
    undecided: (experiment, hypothesis, statement, evidence) =>
      `${experiment} ${hypothesis}（“${statement}”）未定。${evidence}`,
    control: (measure, experiment, written) =>
      `${experiment}：${measures[measure]}的 A/A 对照未通过：${written}。该指标对各方案不作任何结论；请在机器较空闲时重新运行。`,
  },
  next: {
    undecided: (hypotheses) => `更多样本也许能判定尚未定论的假设：${hypotheses.join('、')}。`,
    notRun: (experiments) => `未运行的实验：${experiments.join('、')}。`,
    notAsked: (experiments) => `本次没有要求运行、因而本总结缺少的实验：${experiments.join('、')}。`,
  },
};

/** A Latin name is set off from the characters before it. */
function spaced(name: string): string {
  return /^[A-Za-z]/.test(name) ? ` ${name} ` : name;
}
