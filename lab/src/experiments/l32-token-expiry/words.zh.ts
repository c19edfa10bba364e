/** Everything experiment 3.2 says, in Chinese. */
import { answersInWords, seconds } from '../wording.ts';
import { range } from '../wording.zh.ts';
import type { TokenExpiryWords } from './words.ts';

export const tokenExpiryWordsZh: TokenExpiryWords = {
  title: '令牌的终点',
  question: '令牌过期时会发生什么？',
  hypotheses: [
    { id: 'H1', statement: '令牌写明了何时过期：其中有 exp。' },
    { id: 'H2', statement: '服务器会检查它。' },
    { id: 'H3', statement: '过期之后的应答是 401。' },
  ],
  design: [
    '签发有效期为 5 s 的令牌（乘以本次运行的时间比例，但至少 3 s：令牌的时间都是整秒，更短的有效期大半会被取整吃掉）。',
    '把一个令牌发给每台服务器：立即一次，有效期过去五分之三时一次（5 s 中的 3 s），五分之六时一次（5 s 对应 6 s）。',
    '在一秒之内的若干时刻再签发令牌，每 25 ms 请求一次，直到第一次被拒绝：每个令牌实际有效多久？',
    '发送伪造的令牌：exp 推迟一小时，沿用旧签名；提升角色，沿用旧签名；alg 为 “none”，带旧签名与不带签名各一；用另一把密钥签名。',
    '发送时钟不准的服务器会签发的令牌，用所有服务器共用的密钥制作：iat、exp 以及（注明时）nbf 都偏移相同的秒数。服务器不设容差。',
  ],
  limits: [
    '所有服务器都在一台机器上，共用一个时钟。时钟偏差是在签发方模拟的；若服务器自己的时钟反向偏差同样多，判断结果相同。',
    '容差（clockToleranceSeconds）会使 exp 和 nbf 放宽同样多；这里为 0。',
    '只测了 HS256。只有一个共享密钥时，不可能混淆 RS256 与 HS256，故未测试。',
  ],

  progress: {
    forgeries: '发送伪造的令牌和时钟不准的令牌',
    lives: (tokens, ttlSeconds) => `跟踪 ${tokens} 个有效期 ${ttlSeconds} s 的令牌直到过期`,
  },
  never: '–',
  yes: '是',
  no: '否',
  walkTable: { title: '一个令牌的一生' },
  walkColumns: { moment: '登录之后', answer: '拒绝的原文' },
  moment: (ms) => seconds(ms),
  lifeTable: {
    title: '令牌实际的有效时间',
    columns: ['签发于整秒之后（ms）', 'exp − iat（s）', '实际有效（ms）', '± ms', '签发至 exp（ms）', '拒绝的原文'],
  },
  forgeryTable: { title: '伪造的令牌' },
  forgeryColumns: { token: '令牌', answer: '拒绝的原文' },
  forgeries: {
    'exp edited': 'exp 推迟一小时，旧签名',
    'role edited': '角色改为 admin，旧签名',
    'alg none': 'alg 为 “none”，无签名',
    'alg none, old signature': 'alg 为 “none”，旧签名',
    'another key': '用另一把密钥签名',
  },
  skewTable: { title: '时钟不准的服务器签发的令牌' },
  skewColumns: { clock: '签发方的时钟', notBefore: '带 nbf', answer: '拒绝的原文' },
  offset: (offsetSeconds) =>
    offsetSeconds === 0 ? '准确' : `${offsetSeconds < 0 ? '慢' : '快'} ${Math.abs(offsetSeconds)} s`,
  chart: (ttlSeconds) => ({
    title: `有效期 ${ttlSeconds} s 的令牌的实际有效时间，按签发时刻`,
    xTitle: '签发时刻：整秒之后的毫秒数',
    yTitle: '有效时间（ms）',
  }),
  series: { measured: '测得', claimed: 'exp − iat' },

  headline: (ttlSeconds, livedMs) =>
    livedMs.length === 0
      ? `没有测得 ${ttlSeconds} s 令牌的有效时间`
      : `${ttlSeconds} s 的令牌实际有效 ${range(livedMs, seconds)}`,
  evidence: {
    noTokens: '一开始就没有令牌被接受，或者并非所有步骤都已完成。',
    exp: (asSaid, tokens, ttlSeconds) => `${tokens} 个令牌中有 ${asSaid} 个的 exp − iat 为 ${ttlSeconds} s。`,
    checked: (past, edited) =>
      `签名有效但 exp 已过的令牌得到 ${answersInWords(past)}；exp 被改动的令牌得到 ${answersInWords(edited)}。`,
    refused: (walk, seen, tokens, late, early) =>
      `${walk.map((step) => `${seconds(step.afterMs)} 之后：${answersInWords(step)}。`).join('')}另有 ${tokens} 个令牌，其中 ${seen} 个被跟踪到第一次拒绝；` +
      `${late} 个在 exp 之后仍被接受，${early} 个在 exp 之前就被拒绝。`,
  },
  findings: {
    shorter: (ttlSeconds, livedMs) =>
      `令牌的实际有效时间最多比标称短一秒：iat 以整秒书写，向下取整，exp 由它算出。标称 ${ttlSeconds} s 的令牌实际有效 ${range(livedMs, seconds)}，取决于签发的时刻。`,
    forged: (forgeries) =>
      `全部 ${forgeries} 种伪造都被所有服务器拒绝：只有签名有效，载荷的内容才算数；算法也不由头部来选择。`,
    forgedAccepted: (names) => `伪造的令牌被接受：${names.join('；')}。`,
    skew: (offsetSeconds) =>
      `时钟很重要：快 ${offsetSeconds} s 的服务器所签发的令牌会被接受，并且多活 ${offsetSeconds} s；若带 nbf，则在其他服务器的时钟赶上之前被拒绝。应保持时钟同步，或允许小的容差。`,
  },
};
