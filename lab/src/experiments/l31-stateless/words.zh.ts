/** Everything experiment 3.1 says, in Chinese. */
import { figure } from '../../report/figure.ts';
import { statusList } from '../wording.ts';
import type { StatelessWords } from './words.ts';

const modes = {
  none: '无（纯 JWT）',
  'deny-list, refuse': '拒绝列表，Redis 不可用时拒绝令牌',
  'deny-list, accept': '拒绝列表，Redis 不可用时接受令牌',
};

export const statelessWordsZh: StatelessWords = {
  title: '无需依赖任何人的令牌',
  question: 'JSON Web Token（JWT）真的是无状态的吗？',
  hypotheses: [
    { id: 'H1', statement: '令牌包含所需的一切信息。' },
    { id: 'H2', statement: '有签名就够了：不需要任何查询。' },
    { id: 'H3', statement: '服务器重启没有任何影响。' },
  ],
  design: [
    '三台服务器共用一个密钥，不保存已吊销令牌的列表；在其中一台登录，并解码令牌。',
    '把令牌发给每台服务器，再把签名篡改后的令牌作为对照发一遍；同时统计到达 Redis 的命令。',
    '停止 Redis，再把令牌发给每台服务器。',
    '在 Redis 仍停止时重启签发令牌的服务器，再把令牌发给每台服务器。',
    '终止该服务器（kill -9），询问其他服务器。',
    '换成 Redis 中的拒绝列表（黑名单）重复一遍：一次让服务器在 Redis 不可用时拒绝令牌，一次让其接受；另用一个事先已登出的令牌，并在宕机期间尝试登录。',
    '比较令牌与会话 Cookie 的大小。',
  ],
  limits: [
    '所有服务器在整个运行中共用一个 HS256 密钥；没有测试密钥轮换。',
    '声明与令牌同龄：被收回的角色会一直留在令牌中，直到令牌过期。',
    '验证令牌的 CPU 开销属于实验 4.1 至 4.3。',
  ],

  progress: {
    up: (mode) => `Redis 运行中；吊销方式：${modes[mode]}`,
    down: (mode) => `Redis 已停止；吊销方式：${modes[mode]}`,
    restart: (server) => `在 Redis 停止时重启 ${server}`,
    kill: (server) => `对 ${server} 执行 kill -9`,
  },
  noCookie: '登录没有设置会话 Cookie，没有可比较的大小。',
  stepTable: { title: '同一个令牌在各步骤的结果' },
  steps: {
    step: '步骤',
    up: 'Redis 运行中',
    badSignature: '签名被篡改（对照）',
    down: 'Redis 已停止',
    restarted: (server) => `${server} 重启，Redis 仍停止`,
    killed: (server) => `${server} 已被终止，Redis 仍停止`,
  },
  decodedTable: { title: '不用密钥即可解码的令牌', columns: ['部分', '成员', '值'] },
  parts: { header: '头部', payload: '载荷' },
  modeTable: {
    title: '无状态的代价，与有状态的代价',
    columns: [
      '吊销方式',
      '每次请求的 Redis 命令数',
      '登出后的令牌',
      '有效令牌，Redis 停止',
      '已登出的令牌，Redis 停止',
      '登录，Redis 停止',
    ],
  },
  modes,
  statuses: (statuses) => statusList(statuses),
  chart: {
    title: '客户端每次请求发送的内容',
    x: '凭证',
    y: '字节',
    cookie: 'Cookie 中的会话 ID',
    token: 'JWT，HS256',
    note: (cookieHeaderBytes, authorizationHeaderBytes) =>
      `连同请求头：Cookie 为 ${cookieHeaderBytes} 字节，令牌为 ${authorizationHeaderBytes} 字节。`,
  },

  headline: (statuses) => `Redis 停止时 ${statusList(statuses)}`,
  evidence: {
    noProfile: '没有服务器返回个人资料。',
    contained: (claims, isProfile) =>
      `载荷中有 ${claims.join('、')}；服务器返回的个人资料与其中的用户信息${isProfile ? '一致' : '不一致'}。`,
    notUp: (statuses) => `一切正常运行时各服务器应答 ${statusList(statuses)}，因此宕机时的结果无从比较。`,
    lookUps: (perRequest, requests, down, bad) =>
      `${requests} 次请求，平均每次 ${figure(perRequest)} 条 Redis 命令；Redis 停止时应答 ${statusList(down)}；签名被篡改时应答 ${statusList(bad)}。`,
    restart: (server, statuses, sameUser) =>
      `${server} 重启之后各服务器应答 ${statusList(statuses)}，${statuses.length} 次中有 ${sameUser} 次是同一用户。`,
  },
  findings: {
    size: (tokenBytes, cookieBytes) =>
      `状态转移到了客户端：每次请求发送 ${tokenBytes} 字节，而不是 ${cookieBytes} 字节（×${(tokenBytes / cookieBytes).toFixed(1)}），而且任何持有令牌的人都能读取其内容。`,
    independent: '有密钥的服务器无需他人即可认出用户：Redis 可以停止，服务器可以随时重启或增加。',
    outlivesServer: (server, others) =>
      `令牌不随签发它的服务器消失：${server} 被终止且 Redis 停止时，其他服务器应答 ${statusList(others)}。`,
    lostWithServer: (server, others) =>
      `令牌随签发它的服务器一同失效：${server} 被终止之后，其他服务器应答 ${statusList(others)}。`,
    noLogout: '但也没有人能被登出：已登出的令牌仍被接受，直到它过期为止。',
    price: (refusing, accepting) =>
      `拒绝列表带来了登出，也带走了无状态：Redis 停止时，选择拒绝的服务器对有效令牌应答 ${statusList(refusing)}；选择接受的服务器对已登出的令牌应答 ${statusList(accepting)}。只要列表仅存于 Redis，就没有第三条路。`,
  },
};
