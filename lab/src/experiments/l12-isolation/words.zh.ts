/** Everything experiment 1.2 says, in Chinese. */
import { milliseconds, statusList } from '../wording.ts';
import type { IsolationWords } from './words.ts';

export const isolationWordsZh: IsolationWords = {
  title: '会话保存在单台服务器的内存中',
  question: '各服务器的会话是否彼此隔离？',
  hypotheses: [
    { id: 'H1', statement: '会话只保存在创建它的服务器上。' },
    { id: 'H2', statement: '只有创建会话的服务器认得该会话 ID。' },
    { id: 'H3', statement: '到达其他服务器的请求得到 401 “session not found”。' },
  ],
  design: [
    '询问三台服务器各自持有多少会话。',
    '用户经负载均衡器登录，每人使用各自的地址，记录会话由哪台服务器创建。',
    '绕过负载均衡器，把每个用户的 Cookie 直接发给每台服务器，记录状态码和响应体。',
    '再次询问每台服务器持有的会话，并与它应答过的登录核对。',
    '改变每个用户的地址，直到负载均衡器将其分到另一台服务器，再发送该 Cookie。',
    '在创建会话的服务器上登出第一个用户，再把登出前的 Cookie 发给每台服务器；并以其余所有用户的个人资料请求作为对照。',
  ],
  limits: ['会把会话复制给其他服务器的系统不具备这种隔离；这里的服务器不复制，与各种 Web 框架的内存存储相同。'],

  progress: {
    login: (user, users) => `第 ${user} 个用户（共 ${users} 个）登录并询问每台服务器`,
    misroute: '寻找会被分到另一台服务器的地址',
    logout: (server) => `第一个用户在 ${server} 登出`,
  },
  directTable: {
    title: '同一个 Cookie 在各服务器上的结果（第一个用户）',
    columns: ['服务器', '角色', '状态码', '应答'],
  },
  madeIt: '创建了会话',
  didNot: '未创建会话',
  viaBalancer: '换地址后经负载均衡器到达',
  madeItLoggedOut: '创建了会话，登出之后',
  didNotLoggedOut: '未创建会话，登出之后',
  knows: (userId) => `认得 ${userId}`,
  heldTable: {
    title: '全部登录之后各服务器持有的会话',
    columns: ['服务器', '应答的登录数', '持有的会话数', '所属用户'],
  },

  headline: (statuses) => statusList(statuses),
  evidence: {
    held: (counts, logins) =>
      `各服务器应答了 ${logins.join(' / ')} 次登录之后，持有 ${counts.map((count) => count ?? '–').join(' / ')} 个会话；此前一个也没有。`,
    notSeen: (counts) =>
      `各服务器报告的会话数为 ${counts.map((count) => count ?? '–').join(' / ')}：不足以与登录次数核对。`,
    notEmpty: '有服务器在第一次登录之前就持有会话，计数无法区分。',
    recognised: ({ recognised, owners, strangers, others }) =>
      `创建会话的服务器在 ${owners} 次中有 ${recognised} 次认得其用户，其他服务器在 ${others} 次中有 ${strangers} 次。`,
    misrouted: ({ told, answers, balanced }) =>
      `发到未创建会话的服务器的 ${answers} 次请求中，有 ${told} 次得到 401 “session not found”；其中 ${balanced} 次由负载均衡器转发。`,
  },
  findings: {
    isolated: (others) =>
      `有效的 Cookie 换一台服务器就毫无用处：${others} 次这样的请求全部被拒绝。凡是让客户端换服务器的事（新地址、新服务器、权重调整），都会使用户被登出。`,
    lookAlike:
      '用户看到的 401 与登出或过期之后的一样，因此在日志里，被分错服务器的请求看上去就像会话丢失。每个应答中的服务器名可以区分二者。',
    otherWords: (ended) =>
      `用户看到的 401 与登出之后的一样，只有原文不同：创建会话的服务器说 “${ended}”，其他服务器说 “session not found”。因此在日志里，被分错服务器的请求看上去就像会话丢失。每个应答中的服务器名可以区分二者。`,
    notIsolated: (strangers, others) =>
      `发到未创建会话的服务器的 ${others} 次请求中，有 ${strangers} 次得到了服务：这些会话并未如预期那样隔离。`,
    loggedOut: (server, after, afterMs, others) =>
      `登出立即生效：用户在 ${server} 登出后 ${milliseconds(afterMs)} 之内，其旧 Cookie 得到 ${statusList(after)}，其余 ${others} 个用户仍处于登录状态。只需创建会话的服务器知道即可。`,
    stillLoggedIn: (server, after) =>
      `登出不起作用：用户在 ${server} 登出之后，其旧 Cookie 仍得到 ${statusList(after)}。`,
  },
};
