/** Everything experiment 2.1 says, in Chinese. */
import { milliseconds, statusCounts, statusList } from '../wording.ts';
import type { SharedSessionWords } from './words.ts';

export const sharedSessionWordsZh: SharedSessionWords = {
  title: '一个会话，三台服务器',
  question: '会话保存在 Redis 中时，每台服务器都能读取吗？',
  hypotheses: [
    { id: 'H1', statement: '会话保存在 Redis 中，由各服务器共享。' },
    { id: 'H2', statement: '任何一台服务器都应答 200。' },
    { id: 'H3', statement: '轮询就够了：负载均衡器无需让客户端固定在一台服务器上。' },
  ],
  design: [
    '三台服务器共用一个 Redis，一个用户在其中一台登录。',
    '在 Redis 中查看该键：类型、字段、剩余存活时间、大小。',
    '把同一个 Cookie 直接发给每台服务器，并以不带 Cookie 的请求作为对照。',
    '带着该 Cookie 经负载均衡器发送请求，记录每次由哪台服务器应答。',
    '手动删除该键，再次询问每台服务器：自己留有副本的服务器仍会应答 200。',
    '再让两个用户登录，其中一人在一台服务器上登出，随即把登出前的 Cookie 发给每台服务器；另一人作为对照。',
    '最后一个用户登录，终止创建其会话的服务器（kill -9），直接并经负载均衡器询问其他服务器；重新启动之后再询问所有服务器。',
  ],
  limits: [
    'MEMORY USAGE 不包含 Redis 查找该键所需的开销；实验 4.3 用已用内存的差值测量每个会话的字节数。',
    '只有一个 Redis，且在同一台机器上。共享存储的速度属于实验 4.1 和 4.2。',
  ],

  progress: {
    direct: '直接询问每台服务器',
    balanced: (requests) => `经负载均衡器发送 ${requests} 次请求`,
    logout: (server) => `另一个用户在 ${server} 登出`,
    kill: (server) => `对创建会话的 ${server} 执行 kill -9`,
    restart: (server) => `${server} 重新启动`,
  },
  keyTable: { title: 'Redis 中的键', columns: ['属性', '值'] },
  keyRows: { name: '键', type: 'TYPE', ttl: 'PTTL（ms）', memory: 'MEMORY USAGE（字节）', field: '字段 ' },
  keysBefore: '登录前的会话键数',
  keysAfter: '登录后的会话键数',
  stepTable: { title: '同一个 Cookie 在各服务器上的结果' },
  steps: {
    step: '步骤',
    direct: '带 Cookie',
    anonymous: '不带 Cookie（对照）',
    removed: '带 Cookie，键已从 Redis 删除',
    beforeLogout: '另一个用户，登出之前',
    loggedOut: (server, afterMs) => `另一个用户，在 ${server} 登出后 ${milliseconds(afterMs)} 之内`,
    beforeDeath: (server) => `最后一个用户，在 ${server} 登录`,
    killed: (server) => `最后一个用户，${server} 已被终止`,
    returned: (server) => `最后一个用户，${server} 已重新启动`,
  },
  chart: (requests) => `一个客户端经负载均衡器的 ${requests} 次请求`,
  chartNote: (statuses) => `应答：${statusCounts(statuses)}。`,
  chartAxes: { x: '服务器', y: '请求数' },
  noServer: '无应答',

  headline: (statuses) => statusList(statuses),
  evidence: {
    noLogin: (status) => `登录得到 ${status}，因此没有可供查看的会话。`,
    stored: (keys, ttlMs, removed) =>
      `登录产生了 ${keys} 个键，剩余存活时间 ${ttlMs} ms，其中写明了用户。把它从 Redis 删除之后，各服务器应答 ${statusList(removed)}：没有一台留有副本。`,
    notStored: (keys) => `登录之后 Redis 中有 ${keys} 个会话键，而预期是 1 个且写明了用户。`,
    copied: (removed) => `键从 Redis 删除之后，各服务器应答 ${statusList(removed)}：有服务器从别处取得该会话。`,
    direct: (statuses, sameUser, anonymous) =>
      `各服务器应答 ${statusList(statuses)}，${statuses.length} 次中有 ${sameUser} 次认出已登录的用户；不带 Cookie 时应答 ${statusList(anonymous)}。`,
    uncontrolled: (anonymous) => `不带 Cookie 的请求得到 ${statusList(anonymous)}，因此 200 不能说明会话的情况。`,
    balanced: (statuses, spread) =>
      `${statuses.length} 次请求的应答为 ${statusCounts(statuses)}，在各服务器上的分布为 ${spread.join(' / ')}。`,
    notSpread: (spread) => `请求的分布为 ${spread.join(' / ')}：这不是轮询，因此该问题未得到检验。`,
  },
  findings: {
    free: (spread) =>
      `客户端每次请求都可以换服务器（这里的分布为 ${spread.join(' / ')}）而保持登录：服务器可以随时增减，负载均衡器无需会话保持规则。`,
    onePlace: '从 Redis 中删除的会话，在所有服务器上立即登出：登出与吊销是同一处的同一个操作。',
    loggedOut: (server, after, afterMs) =>
      `在 ${server} 登出，立即在所有服务器上生效：${milliseconds(afterMs)} 之内，旧 Cookie 得到 ${statusList(after)}，而另一个用户仍处于登录状态。`,
    stillLoggedIn: (server, after) =>
      `在 ${server} 登出，并未在所有服务器上生效：旧 Cookie 得到 ${statusList(after)}。`,
    outlivesServer: ({ server, others, balanced, returned }) =>
      `会话不随创建它的服务器消失：${server} 被终止之后，其他服务器应答 ${statusList(others)}，负载均衡器应答 ${statusCounts(balanced)}；重新启动之后也没有任何损失（${statusList(returned)}）。发布新版本不必让任何人掉线。`,
    lostWithServer: ({ server, others, balanced, returned }) =>
      `创建会话的服务器宕机，会话受到影响：${server} 被终止之后，其他服务器应答 ${statusList(others)}，负载均衡器应答 ${statusCounts(balanced)}；重新启动之后，所有服务器应答 ${statusList(returned)}。`,
    missing: (statuses) =>
      `并非每台服务器都认得该会话（${statusList(statuses)}）：要么存储不是共享的，要么有服务器访问不到它。`,
  },
};
