/** Everything experiment 3.3 on a target says, in Chinese. */
import { milliseconds, seconds, statusCounts } from '../../../experiments/wording.ts';
import { percent } from '../../../experiments/wording.zh.ts';
import { toldInWordsZh } from '../../words/told.ts';
import type { StaleAccepts } from './analyse.ts';
import type { LogoutWords } from './words.ts';

const longest = ({ accepted, longestMs, isOver }: StaleAccepts): string =>
  accepted === 0 ? '–' : `${isOver ? '' : '超过 '}${milliseconds(longestMs)}`;

export const logoutWordsZh: LogoutWords = {
  told: toldInWordsZh,
  title: '登出',
  question: '登出之后，凭证是否立即在每个节点上失效？',
  hypotheses: [
    { id: 'H1', statement: '登出一秒之后，每个节点都拒绝旧凭证。' },
    { id: 'H2', statement: '登出一得到应答，旧凭证就被拒绝。' },
    { id: 'H3', statement: '登出得到表示成功的应答。' },
  ],
  design: [
    '让两个用户登录，记录哪些节点认得第一个用户的会话；让该用户登出，等待一秒，再把旧凭证发给这些节点。此时另一个用户必须仍处于登录状态。',
    '然后反复进行：在一个节点登录并在该节点登出，立即把旧凭证发给认得它的另一个节点（若没有，则发给同一个节点）。',
    '若仍被接受，则再试一段时间，看能持续多久。',
  ],
  limits: [
    '旧凭证是攻击者可能已经复制的东西；仅让浏览器忘记自己的凭证是不够的。',
    '被接受的时间若短于一次请求，则看不到。',
  ],
  everyNode: '登出一次，并在每个节点上试旧凭证',
  trials: (trials) => `${trials} 次登出，每次立即试旧凭证`,
  control: '没有登出的另一个用户',
  table: (afterMs) => ({ title: `登出 ${seconds(afterMs)} 之后的旧凭证`, columns: ['询问', '应答'] }),
  trialTable: { title: '登出后立即使用旧凭证', columns: ['次数', '第一个应答', '被接受', '持续'] },
  longest,
  headline: (refused, nodes, stale) =>
    `${nodes} 个节点中 ${refused} 个拒绝；${stale.trials} 次中 ${stale.accepted} 次仍被接受`,
  evidence: {
    effective: (known, asked, afterMs) =>
      `登出 ${seconds(afterMs)} 之后，此前认得该会话的 ${asked} 个节点中有 ${known} 个仍接受它。`,
    atOnce: (stale) =>
      `${stale.trials} 次中有 ${stale.accepted} 次${stale.trials === 0 ? '' : `（${percent(stale.accepted / stale.trials)}）`}旧凭证在登出后立即使用仍被接受${stale.accepted === 0 ? '' : `，最长见到 ${longest(stale)}`}。`,
    answers: (accepted, statuses, problem) =>
      `${statuses.length} 次登出中有 ${accepted} 次得到表示成功的应答（${statusCounts(statuses)}${problem === null ? '' : `；${problem}`}）。`,
  },
  findings: {
    effective: '登出使会话在每个节点上结束：被复制的凭证此后毫无用处。',
    notEffective: (accepted) =>
      `登出${accepted ? '得到表示成功的应答，却' : ''}没有使凭证失效：复制了它的人在过期之前一直处于登录状态。请在存储中结束会话，或维护令牌黑名单。`,
    late: (stale) =>
      `生效需要片刻：${stale.trials} 次中有 ${stale.accepted} 次，旧凭证在应答之后仍可使用，最长 ${longest(stale)}。`,
  },
};
