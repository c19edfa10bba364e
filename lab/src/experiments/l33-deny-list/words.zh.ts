/** Everything experiment 3.3 says, in Chinese. */
import { figure } from '../../report/figure.ts';
import { orderingWords } from '../comparison/ordering-words.ts';
import { claimedDenyListPercent, claimText } from '../comparison/source-claims.ts';
import { answersInWords, milliseconds, seconds } from '../wording.ts';
import type { DenyListWords } from './words.ts';

const { ratio, comparisons } = orderingWords.zh;
const costMeasures = { latency: '延迟中位数', cpu: '每请求 CPU 时间（应用与 Redis）' };

const lists = { none: '无', redis: '在 Redis 中', memory: '在每台服务器的内存中' };

const tokens = {
  good: '有效',
  'logged out': '已登出',
  'signature altered': '签名被篡改',
  expired: '已过期',
  'expired and logged out': '已过期且已登出',
};

export const denyListWordsZh: DenyListWords = {
  title: '登出一个令牌',
  question: '拒绝列表（黑名单）能让令牌真正登出吗？',
  hypotheses: [
    { id: 'H1', statement: '登出把令牌加入列表，此后每台服务器都拒绝它。' },
    { id: 'H2', statement: '最先检查列表。' },
    { id: 'H3', statement: '条目的 TTL 就是令牌的剩余有效期。' },
  ],
  design: [
    '三台服务器在 Redis 中有拒绝列表，两个用户登录，令牌有效期 2 h；其中一人在一台服务器登出。',
    '在 Redis 中查看该条目，并把两个令牌发给每台服务器。',
    '登出一个有效期 30 s 的令牌（乘以本次运行的时间比例，至少 3 s），用服务器的密钥制作。没有人读取它的条目；由 Redis 通知删除时刻。35 s 之后查看该条目，并再次发送令牌。',
    '统计每次请求到达 Redis 的命令数：有效的令牌、已登出的、签名被篡改的、已过期的，以及既过期又已登出的。最后一种以什么理由被拒绝，说明哪项检查在先。',
    '在没有列表的服务器上，以及在内存中持有列表、由流（stream）推送更新的服务器上（方案 jwt-pushed），做同样的统计。',
    '在一台服务器上登出用户，同时不停地询问其他服务器：没有列表、列表在 Redis 中、列表在每台服务器的内存中。',
    '然后测量列表的代价：列表在 Redis 中的服务器、列表在内存中的服务器、没有列表的服务器，以及再启动一台没有列表的作为 A/A 对照；多次重新启动，串行请求分块按随机顺序进行，逐块比较。',
  ],
  limits: [
    'Redis 在同一台机器上：经过网络时，查询更慢，但并不消耗更多 CPU。',
    '列表在 Redis 中时，Redis 不可用时服务器如何处理，见实验 3.1。',
    '其他服务器是一次请求接一次请求地询问的：实际接受的时长介于最后一次接受与随后的拒绝之间。',
  ],

  progress: {
    logout: '登出',
    lookUps: (token) => `统计查询次数：${tokens[token]}`,
    spread: (list) => `登出，同时询问其他服务器：列表${lists[list]}`,
    cost: (process, processes) => `列表的代价，第 ${process}/${processes} 组新进程`,
    wait: (waitSeconds, lifeSeconds) => `等待 ${waitSeconds} s，直到 ${lifeSeconds} s 令牌的条目结束`,
  },
  none: '–',
  stepTable: { title: '登出前后' },
  steps: {
    step: '步骤',
    answer: '拒绝的原文',
    before: '登出之前',
    after: (ms) => `登出后 ${milliseconds(ms)} 之内`,
    shortAfter: (ttlSeconds, ms) => `${ttlSeconds} s 的令牌，登出后 ${seconds(ms)}`,
    otherUser: '另一个仍在登录的用户（对照）',
  },
  entryTable: {
    title: 'Redis 中的条目',
    columns: [
      '令牌有效期（s）',
      '键',
      'TYPE',
      'PTTL（ms）',
      '令牌剩余（ms）',
      '条目比令牌晚结束（ms）',
      'MEMORY USAGE（字节）',
    ],
  },
  lookUpTable: {
    title: '到 Redis 的往返',
    columns: ['令牌', '请求数', '每次请求的命令数', '命令', '状态码', '拒绝的原文'],
  },
  ordering: orderingWords.zh,
  costMeasures,
  costTable: {
    title: '列表的代价：比值及 95% 置信区间',
    columns: ['指标', '比值', '比较', '成对的块', '新进程组数'],
  },
  tokens,
  tokenWithoutList: '有效，服务器没有列表',
  tokenWithListInMemory: '有效，服务器在内存中持有列表（只计查询）',
  lists,
  spreadTable: {
    title: '登出得到应答之后，其他服务器还接受该令牌多久',
    columns: ['列表', '登出次数', '应答之后仍被接受的次数', '最长（ms）', '全部拒绝所需，中位数（ms）', '最长（ms）'],
  },
  toItsEnd: '直到过期',

  headline: (after, ttlMs) =>
    `${answersInWords(after)}${ttlMs === undefined ? '' : `，条目保留 ${figure(Math.round(ttlMs / 1000))} s`}`,
  evidence: {
    notUsable: (before, other, logout) =>
      `登出之前该令牌得到 ${answersInWords(before)}，另一个用户的令牌得到 ${answersInWords(other)}，登出本身得到 ${logout}。`,
    added: (before, after, refused, other) =>
      `列表在登出之前有 ${before} 个条目，之后有 ${after} 个。此后该令牌得到 ${answersInWords(refused)}，另一个用户的令牌得到 ${answersInWords(other)}。`,
    noLookUps: '并非所有种类的令牌都已发送。',
    order: (good, altered, expired, bothError) =>
      `每次请求的 Redis 命令数：有效令牌 ${figure(good)}，签名被篡改 ${figure(altered)}，已过期 ${figure(expired)}。既过期又已登出的令牌，被拒绝的理由是 “${bothError ?? ''}”。`,
    noEntry: '登出之后没有可供查看的条目。',
    life: (entries, deletedAfterExpMs, waitedMs) =>
      `${entries
        .map(
          ({ ttlSeconds, endsAfterTokenMs }) =>
            `${ttlSeconds} s 令牌的条目比令牌晚 ${milliseconds(endsAfterTokenMs)} 结束。`,
        )
        .join('')}${
        deletedAfterExpMs === null
          ? `在 ${seconds(waitedMs)} 内没有收到较短条目被删除的通知。`
          : `Redis 在较短令牌到期之后 ${milliseconds(deletedAfterExpMs)} 删除了它的条目。`
      }`,
  },
  findings: {
    logout: (afterMs) =>
      `Redis 中的列表使登出真正生效：登出得到应答后 ${milliseconds(afterMs)} 之内，每台服务器都已被询问，并都拒绝了该令牌。`,
    last: '列表最后才查，而且这样更好：伪造和过期的令牌不必惊动 Redis 就被拒绝，因此没有人能用从来无效的令牌给它增加负担。',
    first: '在确认签名有效之前就查询列表：任何人都可以用编造的令牌给 Redis 增加负担。',
    selfCleaning: (memoryBytes) =>
      `列表会自行清理：条目随令牌一同结束，因此其中只有一个令牌有效期之内的登出，每个占 ${memoryBytes} 字节。`,
    price: (measure, price, place) =>
      `${costMeasures[measure]}：${ratio(price)}。常见说法是列表的代价为 ${claimText(claimedDenyListPercent)}%；${
        { above: '这里更高。', below: '这里更低。', within: '这里相符。', undecided: '本次运行无法判断是否相符。' }[
          place
        ]
      }`,
    costControl: (measure, control) =>
      `A/A 对照未通过（${ratio(control)}），因此不对列表在${costMeasures[measure]}上的代价作结论。`,
    lookUpsInMemory: (perRequest) => `在内存中持有列表的服务器，每次请求查询 Redis ${figure(perRequest)} 次。`,
    spread: (redis, memory) =>
      `登出得到应答之后，列表在 Redis 中时，其他服务器最多还接受该令牌 ${milliseconds(redis.acceptedMs)}（再次询问，${milliseconds(redis.refusedMs)} 之内全部拒绝）；列表在每台服务器的内存中时，最多 ${milliseconds(memory.acceptedMs)}（${milliseconds(memory.refusedMs)} 之内）；没有列表时，直到令牌过期。`,
    pricePushed: (measure, price) =>
      `列表在内存中，${costMeasures[measure]}：${ratio(price)}，${comparisons[price.comparison]}。`,
    cost: (withList, without) =>
      `代价是已登录用户的每次请求需要 ${figure(withList)} 次到 Redis 的往返，没有列表时为 ${figure(without)} 次。`,
  },
};
