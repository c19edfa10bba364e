/** Everything experiment 2.4 says, in Chinese. */
import { milliseconds, statusCounts } from '../wording.ts';
import type { StaleCopiesWords } from './words.ts';

const written = (ms: number | null): string => (ms === null ? '未测得' : milliseconds(ms));
const schemes: StaleCopiesWords['schemes'] = { coherent: '一致性副本会话', redis: 'Redis 会话' };
const conditions: StaleCopiesWords['conditions'] = {
  idle: '空闲',
  load: '有负载',
  silent: '链路静默',
  closed: '链路断开',
};

export const staleCopiesWordsZh: StaleCopiesWords = {
  title: '在别处已结束的会话的副本',
  question: '用户在另一台服务器登出之后，一台服务器还会用它的副本应答多久？',
  hypotheses: [
    { id: 'H1', statement: '链路正常时，登出在租期的十分之一之内对所有服务器生效。' },
    { id: 'H2', statement: '链路静默时，副本的使用不超过租期。' },
    { id: 'H3', statement: '链路断开时，副本立即作废，而且不会有人被登出。' },
  ],
  design: [
    '启动三台一致性副本会话的服务器，每台到 Redis 各有一条可以破坏的链路。登录两个用户，让被观察的另一台服务器持有两个会话的副本。',
    '不间断地向被观察的服务器请求两个用户的个人资料，在第一台服务器登出其中一个用户，记录登出得到应答之后，最后一个仍得到 200 的请求是多久之后发出的。每次换新用户、随机选服务器，重复进行。',
    '分四种情形：空闲；有稳定负载；登出之前，被观察服务器的链路开始吞掉一切（没有连接关闭，也没有数据到达）；登出之前，链路被重置。',
    '对没有副本的 Redis 会话做同样的事：那就是方法本身带来的时间。',
    '最后杀死创建会话的服务器（kill -9）再启动，并杀死 Redis，向所有服务器请求它们的副本。',
  ],
  limits: [
    '租期为默认的一秒，不随时间比例缩放。更短的租期能更紧地限制静默链路所掩盖的时间，但需要更多命令。',
    '一切都在同一台机器上：经过网络时，变更的消息与其他消息一样需要时间。',
    '完全停住的服务器不应答任何人；它恢复运行时的行为由软件包的测试验证，不属于本次运行。',
  ],

  schemes,
  conditions,
  progress: {
    trials: (scheme, condition, count) => `${schemes[scheme]}，${conditions[condition]}：${count} 次登出`,
    sharing: '杀死一台服务器，再杀死 Redis',
  },
  stalenessTable: {
    title: '登出之后会话仍被使用的时间（ms）',
    columns: ['方案', '情形', '登出次数', 'P50', 'P95', '最大值', '首个 401 最晚', '503 应答', '其他用户得到 401'],
  },
  sharingTable: { title: '各服务器上的会话' },
  steps: {
    step: '步骤',
    anonymous: '不带 Cookie（对照）',
    before: (server) => `由 ${server} 登录`,
    killed: (server) => `${server} 被杀死`,
    returned: (server) => `${server} 重新启动`,
    outage: 'Redis 被杀死，已登录的用户',
    loggedOutOutage: 'Redis 被杀死，此前已登出的用户',
  },
  chart: {
    title: '登出之后的陈旧时间，一致性副本会话',
    xTitle: '占登出次数的 %',
    yTitle: '至多（ms）',
    note: '从登出得到应答，到最后一个得到 200 的请求发出。',
  },
  headline: (linkedMs, silentMs, leaseMs) =>
    `登出之后至多再使用 ${written(linkedMs)}；链路静默时 ${written(silentMs)}（租期 ${milliseconds(leaseMs)}）`,
  evidence: {
    untold: (untold, trials) => `${trials} 次登出中有 ${untold} 次说明不了问题：会话事先未知，或登出未被接受。`,
    longest: ({ trials, longestMs, boundMs, neverRefused, loggedOut }) =>
      `${trials} 次登出之后，会话至多再使用 ${milliseconds(longestMs)}；界限为 ${milliseconds(boundMs)}。` +
      `${neverRefused === 0 ? '' : `有 ${neverRefused} 次始终没有被拒绝。`}` +
      `${loggedOut === 0 ? '' : `未登出的用户得到 401 共 ${loggedOut} 次。`}`,
  },
  findings: {
    floor: (trials, longestMs) =>
      `Redis 会话每次请求都重新读取，${trials} 次登出之后至多再使用 ${milliseconds(longestMs)}：这是方法本身带来的时间。`,
    unavailable: (answers) => `链路静默时，租期一过服务器便无处可问：${answers} 个请求得到 503，没有一个因此得到 401。`,
    nobodySentAway: '无论破坏了什么，没有登出的用户从未被送到登录页。',
    sentAway: (answers) => `没有登出的用户得到 401 共 ${answers} 次：他们被送到登录页。`,
    outage: (loggedIn, loggedOut) =>
      `杀死 Redis 之后副本立即作废：已登录的用户得到 ${statusCounts(loggedIn)}，已登出的用户得到 ${statusCounts(loggedOut)}。`,
    sharing: (statuses, servers) =>
      `所有服务器共享会话：经负载均衡器发往 ${servers} 台服务器的 ${statuses.length} 个请求得到 ${statusCounts(statuses)}。`,
  },
};
