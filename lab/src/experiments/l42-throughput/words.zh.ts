/** Everything experiment 4.2 says, in Chinese. */
import { figure } from '../../report/figure.ts';
import type { OrderJudgement } from '../comparison/ordering.ts';
import { orderingWords } from '../comparison/ordering-words.ts';
import { countOf } from '../wording.ts';
import { percent } from '../wording.zh.ts';
import type { ThroughputWords } from './words.ts';

const { subjects, comparisons, ratio, because } = orderingWords.zh;
const groupNames: Readonly<Record<string, string>> = {
  app: '应用',
  balancer: '内置负载均衡器',
  redis: 'Redis',
  generator: '负载生成器',
};
const group = (name: string): string => groupNames[name] ?? name;
const limitList = (found: readonly (string | null)[]): string =>
  found.length === 0
    ? '–'
    : [...countOf(found)].map(([name, count]) => `${name === null ? '无瓶颈' : group(name)} ×${count} 轮`).join('，');
const reason = (why: OrderJudgement['because']): string => (why === null ? '' : because[why]);
const verdicts: Readonly<Record<string, string>> = { confirmed: '得到证实', refuted: '被否定', undecided: '无法判定' };

export const throughputWordsZh: ThroughputWords = {
  title: '能同时处理多少请求',
  question: '哪种方案的吞吐量最高？',
  hypotheses: [
    { id: 'H1', statement: '粘性会话的吞吐量最高。' },
    { id: 'H2', statement: 'Redis 会话受限于 Redis。' },
    { id: 'H3', statement: 'JWT 受限于应用的 CPU。' },
  ],
  design: [
    '每种方案在各自的负载均衡器后启动一台服务器，另有一台每次都验证签名的 JWT 服务器，粘性会话再启动一台作为 A/A 对照；登录许多用户。全部进程重新启动若干次。',
    '用许多连接同时发送 GET /profile（默认 10,000 个请求，100 个并发），各方案按随机顺序分轮进行。',
    '在每次加压前后读取应用、负载均衡器、Redis 与负载生成器的 CPU 时间：由此看出瓶颈所在，以及每个请求的开销。',
    '逐轮比较每秒请求数与每请求 CPU 时间，在进程与轮次两个层次上求 95% 置信区间，界限为 ±10%。',
    '最后，如果装有 ab（-n 10000 -c 100，每个请求新建连接）与 wrk，再用它们各施加一次同样的负载；不据此作任何结论。',
  ],
  limits: [
    '每秒请求数取决于机器上还有什么在运行；每请求 CPU 时间受其影响小得多。',
    '每种方案一台服务器：比较的是单个请求的开销，而不是随服务器数量的扩展能力。',
    '每个用户反复访问，因此每个 JWT 都能在已验证令牌的缓存中找到。',
    '内核在进程之外为网络所做的工作不在任何数字之内。',
  ],

  subjects,
  comparisons,
  ratio,
  group,
  percent,
  limitList,
  measures: { rate: '每秒请求数', cpu: '每请求 CPU 时间（全部服务器）' },
  progress: (process, processes) => `加压，第 ${process}/${processes} 组新进程`,
  throughputTable: {
    title: '吞吐量（各轮的中位数）',
    columns: ['方案', '轮数', '总时间（ms）', '请求/秒', '平均延迟（ms）', '失败', '常见说法（请求/秒）'],
  },
  ratioTable: {
    title: '比值及 95% 置信区间',
    columns: ['指标', '比值', '比较', '成对的轮次', '新进程组'],
  },
  cpuTable: { title: '每请求 CPU 时间（µs）', scheme: '方案', servers: '全部服务器' },
  bottleneckTable: { title: '最忙线程的忙碌程度与瓶颈', scheme: '方案', limit: '各轮的瓶颈' },
  otherProgress: (program, subject) => `用 ${program} 对${subjects[subject]}施加负载`,
  otherTable: {
    title: '用其他负载生成器施加同样的负载，各一次',
    columns: ['生成器', '方案', '成功应答', '总时间（ms）', '请求/秒', '平均延迟（ms）', '失败'],
  },
  chart: { title: '每请求 CPU 时间', xTitle: '方案', yTitle: '微秒', note: '各轮的中位数。' },
  headline: (ranked) =>
    ranked.length === 0
      ? '没有完成任何一次加压'
      : `每秒请求数：${ranked.map(({ subject, perSecond }) => `${subjects[subject]} ${figure(Math.round(perSecond))}`).join('，')}`,
  evidence: {
    order: (ratios, why) =>
      `每秒请求数：${ratios.length === 0 ? '没有可比较的数据' : ratios.map(ratio).join('；')}。${reason(why)}`,
    bound: (subject, found) =>
      found.length === 0
        ? `没有${subjects[subject]} 的 CPU 时间，因此看不到瓶颈。`
        : `在 ${subjects[subject]} 的压力下，各轮没有余力的是：${limitList(found)}。`,
  },
  findings: {
    cpu: (verdict, ratios, why) =>
      ratios.length === 0
        ? '没有可比较的 CPU 时间。'
        : `“粘性会话的每请求 CPU 开销最小”${verdicts[verdict] ?? ''}：${ratios.map(ratio).join('；')}。${reason(why)}`,
    coherent: (copied) =>
      `一致性副本会话与粘性会话一样从服务器自己的内存读取，而且每台服务器都有。全部服务器的每请求 CPU 时间：${ratio(copied)}，${comparisons[copied.comparison]}。`,
    control: (measure, control, status) =>
      `${measure === 'rate' ? '每秒请求数' : '每请求 CPU 时间'}的 A/A 对照${status === 'passed' ? '通过' : '未通过，相应比值不可信'}：${ratio(control)}。`,
    generator: (rounds, all) => `${all} 轮中有 ${rounds} 轮负载生成器也没有余力：服务器也许还能做得更多。`,
    others: (cores) => `其间其他程序平均占用 ${figure(cores)} 个核心。`,
    notPinned: '并非所有进程都能绑定到指定核心，因此负载生成器与服务器可能互相争用 CPU。',
  },
};
