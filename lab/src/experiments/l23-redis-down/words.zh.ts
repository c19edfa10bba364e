/** Everything experiment 2.3 says, in Chinese. */
import { milliseconds, seconds, statusCounts, statusList } from '../wording.ts';
import { range } from '../wording.zh.ts';
import type { RedisDownWords } from './words.ts';

const persistence = {
  none: '无持久化',
  'save-points': 'RDB 快照',
  'aof-everysec': 'AOF everysec',
  'aof-always': 'AOF always',
};

export const redisDownWordsZh: RedisDownWords = {
  title: 'Redis 宕机',
  question: 'Redis 宕机时，会话和请求会怎样？',
  hypotheses: [
    { id: 'H1', statement: '所有会话立即不可用。' },
    { id: 'H2', statement: '所有请求都失败，得到 500 或 401。' },
    { id: 'H3', statement: '恢复之后，旧会话已经丢失。' },
  ],
  design: [
    '三台服务器共用一个 Redis，5 个用户登录。',
    '结束 Redis：一次用 SIGTERM（相当于计划内重启），一次用 SIGKILL（相当于崩溃）。',
    '宕机期间，请求每个用户的个人资料，尝试登录和登出，并请求不需要会话的健康检查页；然后再来一轮。',
    '用同样的文件重新启动 Redis，等到服务器恢复应答，再请求每个用户的个人资料，并让一个新用户登录。',
    '对四种持久化方式各做一遍：无持久化、RDB 快照、每秒刷盘的 AOF、每次写入都刷盘的 AOF。',
    '最后在轻负载下冻结 Redis（SIGSTOP）：连接保持打开，但没有任何应答；然后解冻。',
  ],
  limits: [
    '杀死进程不等于断电：Redis 已经交给操作系统的数据，前者能保住，后者不能。每秒刷盘时，断电可能丢失最后一秒的数据。',
    '这里的服务器不保留会话的本地副本，因此 Redis 不在时无法读取任何会话。与本地副本读取的比较不属于本次运行。',
    '只有一个 Redis，没有副本；有副本和故障转移时，中断会更短。',
    '中断的时长取决于存储的时限（500 ms）和重连（至多 500 ms），不随时间比例缩放。',
  ],

  progress: {
    combination: (kind, signal, number, of) => `${persistence[kind]}，${signal}（${number}/${of}）`,
    freeze: '在负载下冻结 Redis',
  },
  noLogin: (ms) => `Redis 启动后 ${ms} ms 之内，有服务器仍不接受登录。`,
  persistence,
  named: (kind, signals) => `${persistence[kind]}（${signals.join('、')}）`,
  matrixTable: {
    title: 'Redis 重新启动之后',
    columns: ['持久化', '信号', '旧会话', '各用户的状态码', '全部得到应答所需（ms）', '新登录 / 其个人资料', 'H3 成立'],
  },
  outcome: {
    kept: (kept, users) => `保留 ${kept}/${users}`,
    lost: (kept, users) => `丢失 ${users - kept}/${users}`,
    unclear: (kept, users) => `不明，${kept}/${users} 得到 200`,
  },
  holds: { kept: '否', lost: '是', unclear: '未定' },
  never: '–',
  statuses: (statuses) => statusList(statuses),
  statusCounts: (statuses) => statusCounts(statuses),
  outageTable: {
    title: 'Redis 宕机期间，所有组合合计',
    columns: ['请求', '应答', '宕机瞬间最长（ms）', '此后最长（ms）'],
  },
  requests: {
    profile: 'GET /profile',
    login: 'POST /login',
    logout: 'POST /logout',
    health: 'GET /health（不需要会话）',
  },
  frozenTable: {
    title: 'Redis 冻结期间（SIGSTOP）',
    columns: ['阶段', '请求数', '应答', '最长（ms）', '其应答'],
  },
  phases: ['冻结前', '冻结中', '解冻后'],
  chart: {
    title: '冻结前后的应答时间',
    xTitle: '请求发出的时刻（负载开始后的秒数）',
    yTitle: 'ms',
  },
  chartSeries: '应答时间',
  chartNote: (statuses) => `Redis 冻结期间发出的请求得到：${statusCounts(statuses)}。`,
  marks: { frozen: '冻结', thawed: '解冻' },

  headline: (lost, cells) => `${cells} 种情形中有 ${lost} 种丢失旧会话`,
  evidence: {
    noSessions: (cells) => `有 ${cells} 种组合在宕机之前会话就无法使用。`,
    atOnce: (served, requests, firstMs) =>
      `Redis 宕机期间，${requests} 次个人资料请求中有 ${served} 次得到 200；第一次请求在信号之后 ${milliseconds(firstMs)} 发出。`,
    noRequests: 'Redis 宕机期间没有发出请求。',
    failure: (statuses, failed) =>
      `${statuses.length} 次需要会话的请求中有 ${failed} 次失败：${statusCounts(statuses)}。`,
    unclear: (unclear, cells) => `${cells} 种组合中有 ${unclear} 种在重启之后，各用户得到的应答不一致。`,
    gone: (names, lost, cells) =>
      `${cells} 种组合中有 ${lost} 种丢失了旧会话${lost === 0 ? '' : `：${names.join('；')}`}。`,
  },
  findings: {
    choice: (kept, lost) =>
      `Redis 重启是否让所有人登出，取决于所选的持久化方式，而不是 Redis 的固有特性：保留会话的有：${kept.join('、')}；丢失会话的有：${lost.join('、')}。`,
    unavailable: (retryAfterSeconds) =>
      `宕机期间的应答是 503${retryAfterSeconds === undefined ? '' : `（Retry-After: ${retryAfterSeconds}）`}，绝不是 401：不会因为服务器故障而把用户赶到登录页；会话得以保留的用户，事后仍处于登录状态。`,
    sentToLogin: '宕机期间有些请求得到 401：这些用户被送到登录页，尽管他们的会话可能仍然存在。',
    duringOutage: (logins) =>
      `宕机期间的登录得到 ${statusCounts(logins)}：会话只存于 Redis 时，Redis 的可用性必须与应用本身相当。`,
    servedAgain: (ms) => `无需重启任何服务器：Redis 恢复之后，所有服务器在 ${range(ms, milliseconds)} 内重新应答。`,
    frozen: (forMs, longestMs, status) =>
      `挂起的 Redis 比消失的更糟，因为连接并没有断开。冻结 ${seconds(forMs)} 期间，等待应答最长 ${milliseconds(longestMs)}（${status}）：每条命令都有时限。`,
  },
};
