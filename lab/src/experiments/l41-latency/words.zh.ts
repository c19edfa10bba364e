/** Everything experiment 4.1 says, in Chinese. */
import { figure } from '../../report/figure.ts';
import { orderingWords } from '../comparison/ordering-words.ts';
import type { LatencyWords, RankedLatency } from './words.ts';

const { subjects, comparisons, ratio, because } = orderingWords.zh;

const inOrder = (ranked: readonly RankedLatency[]): string =>
  ranked.map(({ subject, p50Ms }) => `${subjects[subject]} ${figure(p50Ms)} ms`).join('，');

export const latencyWordsZh: LatencyWords = {
  title: '一次请求需要多久',
  question: '哪种方案的延迟最低？',
  hypotheses: [
    { id: 'H1', statement: '粘性会话最快。' },
    { id: 'H2', statement: 'JWT 次之。' },
    { id: 'H3', statement: 'Redis 会话最慢。' },
  ],
  design: [
    '每种方案启动一台服务器，另有一台每次都验证签名的 JWT 服务器，粘性会话再启动一台作为 A/A 对照；在每台上登录许多用户。全部进程重新启动五次。',
    '逐个发送 GET /profile，每次换下一个用户：各方案的测量块按随机顺序交错，直接发给服务器，另有较少的块经过负载均衡器。',
    '系统能绑定核心时，负载生成器独占一个核心，各服务器共用其余核心。',
    '逐块比较延迟中位数：在进程与块两个层次上求比值的 95% 置信区间，±10% 以内的差异视为没有实际意义。结论取自直连请求。',
    '然后以固定速率发送请求，从预定的开始时刻计时，以显示等待应答的客户端会掩盖的停顿。',
  ],
  limits: [
    '客户端、服务器与 Redis 在同一台机器上：真实网络会增加时间，对 Redis 会话还要再加一次。',
    '每个用户反复访问，因此每个 JWT 都能在已验证令牌的缓存中找到。服务器首次见到的令牌代价如何，由没有缓存的服务器给出。',
    '绝对延迟只属于这台机器；能推广的只有比值。',
  ],

  subjects,
  comparisons,
  ratio,
  ways: { direct: '直连', balancer: '经负载均衡器' },
  places: { below: '低于该说法', within: '符合该说法', above: '高于该说法' },
  progress: {
    process: (process, processes) => `串行请求，第 ${process}/${processes} 组新进程`,
    openLoop: (process, processes) => `固定速率，第 ${process}/${processes} 组新进程`,
  },
  latencyTable: {
    title: '串行请求的延迟（ms）',
    columns: ['路径', '方案', '请求数', '平均值', 'P50', 'P95', 'P99', '最小值', '最大值'],
  },
  ratioTable: {
    title: '延迟中位数之比及 95% 置信区间',
    columns: ['路径', '比值', '比较', '成对的块', '新进程组'],
  },
  sourceTable: {
    title: '常见说法与实测值（P50，ms）',
    columns: ['方案', '说法', '直连', '经负载均衡器', '直连实测值', '应答字节数'],
  },
  openLoopTable: {
    title: '固定速率下的延迟，从预定开始时刻计（ms）',
    columns: ['方案', '请求/秒', '已发送', '失败', '平均值', 'P50', 'P95', 'P99', '最小值', '最大值'],
  },
  chart: (way) => ({
    title: way === 'direct' ? '延迟分布，直连' : '延迟分布，经负载均衡器',
    xTitle: '不超过（ms）',
    yTitle: '占请求的 %',
    note: '区间上界按固定倍数增长；首尾两柱包含其外的全部请求。',
  }),
  headline: (ranked) => (ranked.length === 0 ? '没有请求成功' : `P50：${inOrder(ranked)}`),
  evidence: (ratios, why) =>
    [
      ...(ratios.length === 0 ? [] : [`中位数之比：${ratios.map(ratio).join('；')}。`]),
      ...(why === null ? [] : [because[why]]),
    ].join(''),
  findings: {
    ranking: (ranked) =>
      ranked.length === 0 ? '没有请求成功，因此没有排名。' : `实测中位数，由低到高：${inOrder(ranked)}。`,
    control: (control, status) =>
      `A/A 对照${status === 'passed' ? '通过' : '未通过，本次运行的比值不可信'}：${ratio(control)}。`,
    signature: (price) =>
      `验证过的令牌保存在缓存中，查找它与在内存中查找会话相当。没有缓存时验证签名的代价：${ratio(price)}。`,
    failed: (subject, sent, { non2xx, timeouts, errors }) =>
      `固定速率下${subjects[subject]}丢失了请求：共 ${sent} 个，其中 ${non2xx} 个被拒绝，${timeouts} 个超时，${errors} 个连接中断。`,
    late: (late) =>
      `固定速率下，${late.map((subject) => subjects[subject]).join('、')} 至少有一次是负载生成器自己迟到；那里最高的延迟有一部分属于它自己。`,
    notPinned: '并非所有进程都能绑定到指定核心，因此负载生成器与服务器可能互相争用 CPU。',
  },
};
