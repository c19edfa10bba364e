/** Everything experiment 1.1 says, in Chinese. */
import { figure } from '../../report/figure.ts';
import { percent, percentRange } from '../wording.zh.ts';
import type { IpHashWords } from './words.ts';

export const ipHashWordsZh: IpHashWords = {
  percent,
  percentRange,
  title: 'ip_hash 把客户端分到哪里',
  question: 'ip_hash 是否总把同一个客户端分到同一台服务器？',
  hypotheses: [
    { id: 'H1', statement: '同一个客户端总是被分到同一台服务器。' },
    { id: 'H2', statement: '不同的客户端均匀分布在各台服务器上。' },
    { id: 'H3', statement: '客户端的地址变化后，可能被分到另一台服务器。' },
  ],
  design: [
    '启动三台服务器，前面是启用 ip_hash 的负载均衡器。每个客户端通过 X-Forwarded-For 声明自己的地址，负载均衡器信任该请求头。',
    '一个客户端发送 20 次请求，另外 10 个客户端各发送 5 次，记录由哪台服务器应答。',
    '数百个客户端各发送一次请求，按服务器计数。所有地址都由随机种子抽取。',
    '改变许多客户端的地址，统计服务器随之改变的次数：换成任意其他地址、只改最后一段、第三段加一。',
  ],
  limits: [
    '所有服务器始终在线。服务器宕机后其客户端的情况见实验 1.3。',
    '只测了 IPv4 地址：ip_hash 只读取 IPv4 地址的前三段，对 IPv6 地址则读取全部。',
  ],

  progress: {
    single: (requests) => `一个客户端发送 ${requests} 次请求`,
    few: (requests, clients) => `${clients} 个客户端各发送 ${requests} 次请求`,
    many: (clients) => `${clients} 个客户端各发送一次请求`,
    changes: (clients) => `${clients} 个客户端改变地址`,
  },
  spreadTable: {
    title: '各服务器的客户端数',
    columns: (requests, clients, many) => [
      '服务器',
      `同一客户端的 ${requests} 次请求`,
      `${clients} 个客户端`,
      `${many} 个客户端`,
      '占比',
    ],
  },
  changeTable: {
    title: '地址变化是否导致服务器变化？',
    columns: ['地址的变化', '变化次数', '换服务器次数', '比率', '95% 置信区间', '理论值'],
  },
  changeKinds: { random: '任意其他地址', network: '第三段加一', host: '只改最后一段' },
  chart: {
    title: '各服务器的客户端数',
    xTitle: '服务器',
    yTitle: '客户端占比（%）',
    group: (clients) => `${clients} 个客户端`,
    note: (few) => `${few} 个客户端太少，看不出分布：偶然的不均匀很常见。`,
  },

  headline: (switches, requests, moveRate) =>
    `${requests} 次请求中切换 ${switches} 次` +
    (moveRate === undefined ? '' : `；地址变化后有 ${percent(moveRate)} 切换`),
  evidence: {
    stayed: (single, requests, clients) =>
      `同一客户端的 ${single} 次请求全部到达同一台服务器；${clients} 个客户端共 ${requests} 次请求，没有一个换过服务器。`,
    wandered: (wandering, clients) => `${clients} 个客户端地址未变，其中 ${wandering} 个被分到不止一台服务器。`,
    unanswered: (unanswered, requests) => `${requests} 次请求中有 ${unanswered} 次没有服务器应答，可能漏掉了一次切换。`,
    spread: (counts, statistic, critical) =>
      `各服务器的客户端数为 ${counts.join(' / ')}：卡方统计量 ${figure(statistic)}；若分布均匀，1000 次运行中只有一次会超过 ${figure(critical)}。`,
    tooFewClients: (counts, servers) =>
      `各服务器的客户端数为 ${counts.join(' / ')}，少于检验所需的 ${5 * servers} 个。`,
    moved: ({ moved, n, interval, theory }) =>
      `${n} 次换成随机地址，其中 ${moved} 次换了服务器（95% 置信区间 ${percentRange(interval)}；理论值 ${percent(theory)}）。`,
    tooFewChanges: (n, needed) => `只有 ${n} 次地址变化在前后都得到应答；估计比率需要 ${needed} 次。`,
  },
  findings: {
    moved: (moved, n, servers) =>
      `换一个地址，就等于在 ${servers} 台服务器中重新抽签：${n} 次中有 ${moved} 次换了服务器。只试一次什么也证明不了，因为有 ${servers} 分之 1 的概率碰巧留在原处。从 Wi-Fi 切换到移动网络的用户，大约就以这个概率被登出。`,
    oneNetwork: (n) =>
      `${n} 次只改最后一段，全部留在原服务器：ip_hash 只读前三段，因此同一个 /24 网段后面的整个办公室算作一个客户端，127.0.0.x 也全部算作一个。`,
    hostMoved: (moved, n) =>
      `${n} 次只改最后一段，其中 ${moved} 次换了服务器，而 ip_hash 根本不该读取这一段：负载均衡器看到的不是客户端所发送的地址。`,
    sequence: (moved, n) =>
      `相邻网段在 ${n} 次中有 ${moved} 次落到另一台服务器，远多于随机情况：连续的地址看上去分布得十分均匀，用它们做的测试什么也证明不了。`,
  },
};
