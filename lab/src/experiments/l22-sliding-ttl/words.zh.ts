/** Everything experiment 2.2 says, in Chinese. */
import { figure } from '../../report/figure.ts';
import { milliseconds, seconds, statusCounts } from '../wording.ts';
import { range } from '../wording.zh.ts';
import type { SlidingTtlWords } from './words.ts';

export const slidingTtlWordsZh: SlidingTtlWords = {
  title: '滑动过期',
  question: '访问是否会延长会话的有效期？',
  hypotheses: [
    { id: 'H1', statement: '每次访问都把 TTL 重置为全长。' },
    { id: 'H2', statement: '持续活跃的用户永不过期。' },
    { id: 'H3', statement: '空闲用户的会话在 TTL 结束时被删除。' },
  ],
  design: [
    '以 30 s 的 TTL（乘以本次运行的时间比例）运行服务器，每秒读取十次键的剩余时间，缩短时长的运行读得更频繁。读取不会续期。',
    '一个访客登录，10 s 后请求个人资料，此后 35 s 不再请求。',
    '一个活跃用户每隔半个 TTL 请求一次，至少持续三个 TTL。',
    '若干空闲用户登录后什么也不做。没有人读取他们的键，由 Redis 通知删除时刻；然后每人再请求一次。',
    '另有一台服务器，其会话的绝对过期时间为 TTL 的两倍；一个活跃用户在那里每隔半个 TTL 请求一次，直到超过上限。',
  ],
  limits: [
    '删除时刻以 Redis 的消息到达实验室为准；机器繁忙会使其偏晚。',
    'Redis 空闲且键很少。若有大量键同时过期，Redis 可能删除得更晚；但请求绝不会读到已过期的键。',
  ],

  progress: (everyMs, forSeconds) => `每 ${everyMs} ms 读取一次键，持续约 ${forSeconds} s`,
  noSession: (userId) => `${userId} 登录之后，Redis 中没有会话。`,
  momentTable: {
    title: '中途停顿的访客',
    columns: ['时刻', '预期剩余（s）', '测得剩余（s）', '状态码'],
  },
  moments: {
    atOnce: '登录后立即',
    paused: (ms) => `${seconds(ms)} 之后，访问之前`,
    accessed: '访问之后',
    idle: (ms) => `${seconds(ms)} 没有请求之后`,
    gone: '已消失',
    notDeleted: '未观察到',
  },
  accessTable: {
    title: '活跃用户',
    columns: ['登录后（s）', '访问前剩余（ms）', '访问后剩余（ms）', '状态码'],
  },
  idleTable: {
    title: '空闲用户：Redis 删除键的延迟',
    columns: ['用户', 'TTL 结束之后（ms）', '下一次请求的状态码'],
  },
  chart: {
    title: '会话键的剩余时间',
    x: '开始后的秒数',
    y: '剩余秒数',
    visitor: '中途停顿的访客',
    active: (ttlMs) => `活跃用户，每 ${seconds(ttlMs / 2)} 请求一次`,
    note: '用 PTTL 读取。已消失的键画在 0 处。标出的时刻属于该访客。',
  },
  marks: {
    login: '登录',
    access: '访问',
    gone: '键消失',
    refused: (status) => `再次请求：${status}`,
  },

  headline: (afterMs, ttlMs) =>
    Number.isNaN(afterMs) ? '没有发生访问' : `访问后恢复到 ${seconds(afterMs)}（TTL ${seconds(ttlMs)}）`,
  evidence: {
    noAccess: '会话存活期间没有发生访问。',
    reset: (reset, accesses, ttlMs) =>
      `${accesses.length} 次访问中有 ${reset} 次把 TTL 重置为 ${seconds(ttlMs)}。访问前剩余 ` +
      `${range(
        accesses.map(({ ttlBeforeMs }) => ttlBeforeMs),
        seconds,
      )}；访问后随即读到 ` +
      `${range(
        accesses.map(({ ttlAfterMs }) => ttlAfterMs),
        seconds,
      )}。`,
    active: (served, total, spanMs, ttlMs) =>
      `在 ${seconds(spanMs)}（${(spanMs / ttlMs).toFixed(1)} 个 TTL）内的 ${total} 次请求中，有 ${served} 次得到 200。`,
    notActive: (gapMs, ttlMs) =>
      `该用户本应保持活跃，却停顿了 ${seconds(gapMs)}，而 TTL 为 ${seconds(ttlMs)}：机器过于繁忙。`,
    capped: (absoluteMs, endMs) =>
      `绝对过期时间为 ${seconds(absoluteMs)} 时，同样活跃的用户在 ${seconds(endMs)} 被拒绝：活跃用户可以一直在线，但不超过这一上限。`,
    capNotSeen: '本次运行没有观察到绝对过期如何结束会话。',
    noIdle: '没有空闲用户。',
    idle: (users, late, statuses) =>
      `${users} 个空闲用户的键中有 ${late.length} 个被 Redis 删除` +
      `${late.length === 0 ? '' : `，在 TTL 结束之后 ${range(late, milliseconds)}`}；` +
      `他们以及该访客的下一次请求得到 ${statusCounts(statuses)}。`,
  },
  findings: {
    pause: (ttlMs) => `TTL 是用户最长可以停顿的时间，从最后一次请求算起，而不是从登录算起：这里是 ${seconds(ttlMs)}。`,
    cap: (absoluteMs, defaultMs) =>
      `若只有滑动过期，被盗的 Cookie 只要一直使用就一直有效。绝对过期为它画上终点：这里是 ${seconds(absoluteMs)}，未设置时默认 ${figure(defaultMs / 3_600_000)} 小时。`,
    loggedOut: '一个活跃的用户被登出了：该存储的续期不可靠。',
    late: (late) =>
      `键在到期之后稍晚才离开 Redis 的内存（${range(late, milliseconds)}），因为 Redis 每秒检查十次过期键；但对请求而言，到期那一刻它就已不存在。`,
  },
};
