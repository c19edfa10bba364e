/** How the classification is written, in Chinese. */
import { milliseconds, statusCounts } from '../../experiments/wording.ts';
import type { Answer } from '../classification.ts';
import type { ClassificationWords } from './classification.ts';

const answers = (yes: string, no: string) => (answer: Answer) => {
  if (typeof answer === 'boolean') return answer ? yes : no;
  return answer === 'partly' ? '部分' : '不明确';
};

export const classificationWordsZh: ClassificationWords = {
  title: '一张表看懂该应用',
  question: '这是一个什么样的应用？',
  design: ['每个结论都取自该行所注明的试验。'],
  limits: ['结论只适用于描述文件所写的节点和配置。'],
  table: { title: '分类', columns: ['特性', '结论', '依据', '试验'] },
  join: (parts) => parts.join('，'),
  notAsked: '本次运行没有要求做这项试验。',
  notRun: '未运行',
  nothingRan: '用于分类的试验一项也没有运行。',
  properties: {
    shared: '会话在节点之间共享',
    survivesNodeDeath: '节点崩溃后会话仍在',
    survivesNodeRestart: '节点重启后会话仍在',
    expiry: '过期方式',
    logoutEffective: '登出有效',
    idChangesAtLogin: '登录时更换会话 ID',
    staleAcceptsAfterLogout: '登出后仍被接受',
    statusWhenStoreIsDown: '存储不可用期间',
  },
  answer: answers('是', '否'),
  expiry: { sliding: '滑动过期', absolute: '绝对过期', unknown: '不明确' },
  stale: ({ accepted, trials, longestMs, isOver }) =>
    accepted === 0
      ? `${trials} 次中 0 次`
      : `${trials} 次中 ${accepted} 次，${isOver ? '最长' : '超过'} ${milliseconds(longestMs)}`,
  storeDown: (stopped, frozen) =>
    `${statusCounts(stopped)}${frozen === null ? '' : `；冻结时 ${statusCounts(frozen)}`}`,
  headline: {
    shared: answers('会话共享', '会话不共享'),
    survivesNodeDeath: answers('节点崩溃不丢会话', '会话随节点丢失'),
    logoutEffective: answers('登出有效', '登出无效'),
  },
};
