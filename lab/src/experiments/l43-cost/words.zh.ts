/** Everything experiment 4.3 says, in Chinese. */
import type { Slope } from '../../measure/statistics/slope.ts';
import { figure } from '../../report/figure.ts';
import { orderingWords } from '../comparison/ordering-words.ts';
import type { CostWords } from './words.ts';

const { subjects, ratio, because } = orderingWords.zh;
const measures = { heapBytes: '服务器堆内存', residentBytes: '服务器 RSS', redisBytes: 'Redis 已用内存' };

const written = (slope: Slope | null): string => {
  if (slope === null) return '没有数据';
  const { interval } = slope;
  const range =
    interval === null ? '' : `（${figure(Math.round(interval.low))} 至 ${figure(Math.round(interval.high))}）`;
  return `每用户 ${figure(Math.round(slope.slope))} 字节${range}`;
};

export const costWordsZh: CostWords = {
  title: '一个会话的成本',
  question: '各方案的成本是什么？',
  hypotheses: [
    { id: 'H1', statement: '粘性会话消耗服务器内存。' },
    { id: 'H2', statement: 'Redis 会话消耗 Redis 内存。' },
    { id: 'H3', statement: 'JWT 消耗 CPU。' },
  ],
  design: [
    '在每种方案的一台服务器上登录越来越多的用户，并让每个用户访问一次。在五种规模下先回收垃圾，再读取堆内存、常驻内存与 Redis 的已用内存。',
    '随规模变化的斜率就是每多一个用户的成本；乘以一百万，就是一百万用户的成本。',
    '用新进程按随机顺序分轮，在串行请求前后以及空闲时读取应用与 Redis 的 CPU 时间。粘性会话的第二台服务器作为 A/A 对照。',
  ],
  limits: [
    '会话只含用户 ID、名称与角色。数据越多成本越高，令牌也一样。',
    '一百万用户的成本由数千用户外推得出。',
    'CPU 各轮中的每个 JWT 都能在已验证令牌的缓存中找到，没有缓存的服务器除外。',
  ],
  subjects,
  measures,
  progress: {
    memory: (scheme, users) => `${subjects[scheme]}的内存，${users} 个用户`,
    cpu: (process, processes) => `CPU，第 ${process}/${processes} 组新进程`,
  },
  memoryTable: {
    title: '内存与登录用户数',
    columns: ['方案', '用户数', '服务器堆内存（MiB）', '服务器 RSS（MiB）', 'Redis 已用内存（MiB）'],
  },
  slopeTable: {
    title: '每用户字节数及 95% 置信区间',
    columns: ['方案', '内存', '每用户字节数', '下限', '上限', '一百万用户（MiB）', '常见说法（字节）'],
  },
  cpuTable: {
    title: '应用与 Redis 的 CPU 时间',
    columns: ['方案', '空闲，每秒毫秒数', '有负载，每秒毫秒数', '每请求微秒数'],
  },
  credentialTable: {
    title: '客户端每次请求携带的凭据',
    columns: ['方案', '请求头', '值的字节数'],
  },
  chart: { title: '内存与用户数', xTitle: '用户数', yTitle: 'MiB' },
  series: (subject, measure) => `${subjects[subject]}，${measures[measure]}`,
  headline: (costs) =>
    costs.length === 0
      ? '没有测得内存'
      : `每会话字节数：${costs.map(({ subject, bytes }) => `${subjects[subject]} ${figure(Math.round(bytes))}`).join('，')}`,
  evidence: {
    memory: (id, price, beside) =>
      id === 'H1'
        ? `服务器堆内存：粘性会话${written(price)}，服务器不保存会话的 Redis 方案${written(beside)}。`
        : `Redis 会话：在 Redis 中${written(price)}，在服务器堆内存中${written(beside)}。`,
    cpu: (ratios, why) =>
      `每请求 CPU 时间：${ratios.length === 0 ? '没有可比较的数据' : ratios.map(ratio).join('；')}。${why === null ? '' : because[why]}`,
  },
  findings: {
    million: (subject, size) => `一百万个${subjects[subject]}用户将占用 ${size}。`,
    cache: (heap) =>
      `JWT 服务器不保存会话，但在有上限的缓存中保存已验证的令牌；达到上限之前，其堆内存随之增长：${written(heap)}。`,
    copies: (heap) =>
      `一致性副本会话的服务器至多保存 10,000 个副本；达到上限之前，其堆内存随之增长：${written(heap)}。`,
    signature: (price) => `没有已验证令牌的缓存时，验证签名的 CPU 代价：${ratio(price)}。`,
    carried: (jwtBytes, cookieBytes) =>
      `JWT 把用户数据放在每次请求里：JWT 为 ${jwtBytes} 字节，会话 Cookie 为 ${cookieBytes} 字节。`,
    control: (control, status) =>
      `A/A 对照${status === 'passed' ? '通过' : '未通过，CPU 比值不可信'}：${ratio(control)}。`,
    notPinned: '并非所有进程都能绑定到指定核心。',
  },
};
