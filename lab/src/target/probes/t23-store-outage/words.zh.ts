/** Everything experiment 2.3 on a target says, in Chinese. */
import { milliseconds, seconds, statusCounts } from '../../../experiments/wording.ts';
import { outcomeWordsZh, toldInWordsZh } from '../../words/told.ts';
import type { OutageKind } from './analyse.ts';
import type { StoreOutageWords } from './words.ts';

const kinds: Readonly<Record<OutageKind, string>> = { stopped: '停止', frozen: '冻结' };

export const storeOutageWordsZh: StoreOutageWords = {
  told: toldInWordsZh,
  outcomes: outcomeWordsZh,
  title: '会话存储不可用',
  question: '会话存储不可用时会怎样？',
  hypotheses: [
    { id: 'H1', statement: '故障期间没有人得到“未登录”。' },
    { id: 'H2', statement: '故障期间每个请求都及时得到应答。' },
    { id: 'H3', statement: '存储恢复之后，无需重启，用户就能在每个节点登录。' },
  ],
  design: [
    '让一个用户登录，然后停止存储：SIGKILL，或描述文件中的停止命令。',
    '询问每个节点“我是谁”，第一个节点再问一次，并让另一个用户登录。',
    '启动存储，在每个节点反复尝试登录，直到成功。',
    '若存储是实验室自己的，再把它冻结（SIGSTOP），重复以上步骤。',
  ],
  limits: [
    '实验室自己的 Redis 不作持久化：无论应用怎样处理，杀死之后会话都不复存在。',
    '请求一个接一个地发出；负载之下排满的队列看不到。',
  ],
  outage: (kind) => `存储已${kinds[kind]}`,
  notRecovered: '故障之后有节点无法登录，因此重启了各节点。',
  table: (kind) => ({ title: `存储${kinds[kind]}时`, columns: ['请求', '应答', '含义', '最长耗时'] }),
  requests: { whoami: '每个节点的“我是谁”', login: '一次登录' },
  oldSession: '故障之前的会话，在故障之后',
  newLogin: '各节点都能重新登录',
  never: '未及时恢复',
  afterMs: (ms) => `存储恢复后 ${milliseconds(ms)}`,
  longest: (ms) => milliseconds(ms),
  headline: (stopped, frozen) =>
    `停止 ${statusCounts(stopped)}${frozen === null ? '' : `；冻结 ${statusCounts(frozen)}`}`,
  evidence: {
    honest: (loggedOut, asked, statuses) =>
      `故障期间的 ${asked} 个应答中有 ${loggedOut} 个表示“未登录”（${statusCounts(statuses)}）。`,
    prompt: ({ timeouts, asked, longestMs, requestTimeoutMs, frozen }) =>
      `${asked} 次请求中有 ${timeouts} 次在 ${seconds(requestTimeoutMs)} 内没有应答；最长耗时 ${milliseconds(longestMs)}${frozen ? '' : '（只停止，未冻结）'}。`,
    recovery: (times) =>
      `各节点都能重新登录：${times.map((ms) => (ms === null ? '未及时恢复' : `${milliseconds(ms)} 后`)).join('，')}。`,
  },
  findings: {
    looksLikeLogout:
      '故障看上去就像登出：用户被要求重新登录，而登录同样不能成功。存储不可用时请应答 503 并带上 Retry-After。',
    hangs: '存储不可用时请求一直挂起，占用节点的连接和内存。请为存储的客户端设置期限，并让它在未连接时立即失败。',
    noNeed: '应用的应答与平时相同：“我是谁”不需要存储。',
    oldSession: (told) => `故障之后，故障之前的会话得到 ${toldInWordsZh(told)}。`,
  },
};
