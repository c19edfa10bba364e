/** Everything experiment 1.3 says, in Chinese. */
import { milliseconds, seconds } from '../wording.ts';
import { range } from '../wording.zh.ts';
import type { ServerLossWords } from './words.ts';

export const serverLossWordsZh: ServerLossWords = {
  title: '一台服务器宕机',
  question: '内存中保存会话的服务器宕机时，会丢失什么？',
  hypotheses: [
    { id: 'H1', statement: '宕机服务器上的会话全部丢失。' },
    { id: 'H2', statement: '它的客户端被分到存活的服务器。' },
    { id: 'H3', statement: '它的客户端必须重新登录。' },
  ],
  design: [
    '用户经启用 ip_hash 的负载均衡器登录三台服务器，每人使用随机地址，记录谁在哪台服务器上。',
    '用 kill -9 终止用户最多的服务器，期间它的一个客户端不断请求；然后请求每个用户的个人资料。',
    '让被登出的用户重新登录，并检查登录是否有效。',
    '重新启动宕机的服务器，等到负载均衡器重新使用它，再次请求每个用户的个人资料。',
    '所有用户再次登录，冻结最繁忙的服务器（SIGSTOP：接受连接但从不应答），让所有用户同时请求，共两轮；然后让它恢复运行。',
  ],
  limits: [
    '负载均衡器等待连接 300 ms、等待应答 1 s 后放弃。若用 nginx 的默认值（两者都是 60 s），冻结的服务器拖住客户端的时间可达 60 倍。',
    '请求都不改变数据（GET）。已到达宕机服务器的 POST 不会被重发，客户端会看到错误。',
  ],

  progress: {
    login: (users) => `${users} 个用户登录`,
    kill: (server, sessions) => `对 ${server} 执行 kill -9，它持有 ${sessions} 个会话`,
    again: (users) => `${users} 个用户重新登录`,
    restart: (server) => `${server} 重新启动`,
    freeze: (server) => `向 ${server} 发送 SIGSTOP`,
    thaw: (server) => `向 ${server} 发送 SIGCONT`,
  },
  nobody: '没有用户被分到任何服务器。',
  killed: '被终止',
  lives: '存活',
  notSeen: '未观察到',
  answeredBy: (status, server) => (server === null ? String(status) : `${status} (${server})`),
  distributionTable: { title: '用户所在的服务器', columns: ['服务器', '用户数', '结局'] },
  userTable: {
    title: '各用户的个人资料请求',
    columns: ['用户', '所在服务器', '宕机前', '终止后', '重新登录后', '服务器恢复后'],
  },
  timeTable: {
    title: '各环节耗时',
    columns: ['项目', '测得'],
    rows: {
      recovered: '从终止到存活的服务器接替应答',
      failed: (requests) => `其客户端在终止后的 ${requests} 次请求中失败的次数`,
      longestAfterKill: '其中最慢的一次',
      failTimeout: '负载均衡器停用故障服务器的时长（fail_timeout）',
      returned: '从重新启动到负载均衡器再次使用它',
      frozen: '服务器冻结期间等待应答的最长时间',
      thawed: '从 SIGCONT 到负载均衡器再次使用它',
    },
  },
  frozenTable: {
    title: (server) => `${server} 冻结期间`,
    columns: ['时刻', '用户', '应答', '应答时间'],
    durations: (ms) => range(ms, milliseconds),
    ofFrozen: '冻结服务器的用户',
    ofOthers: '其他服务器的用户',
    steps: { first: '第一次请求', second: '第二次请求', thawed: 'SIGCONT 之后' },
  },
  chart: {
    title: '处于登录状态的用户',
    xTitle: '时刻',
    yTitle: '用户数',
    ofKilled: '被终止服务器的用户',
    ofOthers: '其他服务器的用户',
    phases: {
      before: '宕机前',
      afterKill: '终止后',
      afterLogin: '重新登录后',
      afterReturn: '服务器恢复后',
    },
  },

  headline: ({ lost, lostAgain, victims, bystanders }) =>
    `${victims.length + bystanders.length} 个会话中丢失 ${lost} 个` +
    (lostAgain > 0 ? `，服务器恢复时又丢失 ${lostAgain} 个` : ''),
  evidence: {
    lost: ({ server, victims, lost, kept }) =>
      `${server} 持有 ${victims} 个会话；终止后其用户中 ${lost} 人得到 401，${kept} 人仍处于登录状态。`,
    routed: ({ routed, victims, recoveredMs, failedRequests }) =>
      `宕机服务器的 ${victims} 个客户端中，有 ${routed} 个由存活的服务器应答；` +
      (recoveredMs === null ? '负载均衡器在观察期内未恢复' : `负载均衡器在 ${milliseconds(recoveredMs)} 后恢复`) +
      `，失败请求 ${failedRequests} 次。`,
    login: ({ lost, loggedInAgain, server }) =>
      `${server} 的 ${lost} 个用户用旧 Cookie 被拒绝；其中 ${loggedInAgain} 个重新登录后恢复正常。`,
    noLoginNeeded: (kept, victims) => `宕机服务器的 ${victims} 个用户中，有 ${kept} 个无需重新登录即可继续使用。`,
  },
  findings: {
    othersKept: (bystanders) =>
      `其他服务器的 ${bystanders} 个用户毫无察觉：一台服务器宕机，受影响的只是分在它上面的那部分用户。`,
    othersHit: (hit, bystanders) =>
      `其他服务器的 ${bystanders} 个用户中，有 ${hit} 个被登出或得不到应答，尽管他们的服务器仍然存活。`,
    lostTwice: (again, of, returnedAfterMs, failTimeoutMs) =>
      `第二次丢失：重新登录的 ${of} 个用户中，有 ${again} 个在服务器恢复时再次被登出，即启动后 ${seconds(returnedAfterMs)}（fail_timeout 为 ${seconds(failTimeoutMs)}）。ip_hash 把他们送回原来的服务器，而那里不认得他们的新会话。因此服务器每重启一次，它的用户就要登录两次。`,
    notLostTwice: (of) => `重新登录的 ${of} 个用户，没有一个在服务器恢复时丢失新会话。`,
    neverReturned: (server) => `在观察期内，负载均衡器没有再把客户端分到 ${server}，因此无法看到第二次丢失。`,
    frozen: ({ longestMs, afterKillMs, statuses }) =>
      longestMs > 5 * afterKillMs
        ? `冻结的服务器比宕机的更糟：等待应答最长 ${milliseconds(longestMs)}（应答：${statuses}），而终止之后最长只有 ${milliseconds(afterKillMs)}。连接被拒绝，立刻就知道对方不在；没有回音，则要等到读超时才知道。`
        : `服务器冻结期间等待应答最长 ${milliseconds(longestMs)}（应答：${statuses}），终止之后最长 ${milliseconds(afterKillMs)}。`,
    thawed: (kept, of) =>
      kept === of
        ? `SIGCONT 之后，${of} 个用户中的 ${kept} 个仍凭原有会话得到服务：冻结的服务器会带着内存回来，宕机的则不会。`
        : `SIGCONT 之后，${of} 个用户中只有 ${kept} 个凭原有会话得到服务。`,
  },
};
