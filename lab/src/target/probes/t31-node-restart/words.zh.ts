/** Everything experiment 3.1 on a target says, in Chinese. */
import { seconds } from '../../../experiments/wording.ts';
import { toldInWordsZh } from '../../words/told.ts';
import type { NodeRestartWords } from './words.ts';

export const nodeRestartWordsZh: NodeRestartWords = {
  told: toldInWordsZh,
  title: '节点重启',
  question: '会话能否挺过创建它的节点的重启？',
  hypotheses: [
    { id: 'H1', statement: '重启之后，节点认得它此前创建的会话。' },
    { id: 'H2', statement: '重启之后，用户可以登录。' },
  ],
  design: [
    '让一个用户在某个节点登录。',
    '像发布新版本那样重启该节点：SIGTERM 并给五秒时间结束，或用描述文件中的停止命令，然后启动。',
    '用重启之前的凭证询问它“我是谁”，并重新登录。',
  ],
  limits: ['节点以相同的配置恢复。若密钥在启动时生成，则不可能认得旧令牌。'],
  restarting: (id) => `重启 ${id}`,
  table: { title: '在重启后的节点上', columns: ['凭证', '应答'] },
  fromBefore: '重启之前的',
  newLogin: '新登录的',
  headline: (told) => `重启之后：${toldInWordsZh(told)}`,
  evidence: {
    after: (node, told, restartMs) =>
      `${node} 在 ${seconds(restartMs)} 后恢复；对重启之前的凭证应答 ${toldInWordsZh(told)}。`,
    newLogin: (login, told) => `新的登录得到 ${login}，“我是谁”得到 ${toldInWordsZh(told)}。`,
  },
  findings: {
    survives: '重启不会登出任何人：构成会话的东西不只在节点的内存中。',
    lost: '重启会登出该节点的所有用户：会话或令牌的密钥只在它的内存中。',
  },
};
