/** Everything experiment 3.2 on a target says, in Chinese. */
import { toldInWordsZh } from '../../words/told.ts';
import type { ForgedTokenWords } from './words.ts';

export const forgedTokenWordsZh: ForgedTokenWords = {
  told: toldInWordsZh,
  title: '伪造的令牌',
  question: '伪造的令牌是否被拒绝？',
  hypotheses: [
    { id: 'H1', statement: '声明或签名被改动的令牌被拒绝。' },
    { id: 'H2', statement: '声称不需要签名（alg: none）的令牌被拒绝。' },
    { id: 'H3', statement: '拒绝的方式是“未登录”，而不是服务器错误。' },
  ],
  design: [
    '让一个用户登录，拆开令牌；这不需要密钥。',
    '依次发送 exp 推后一天、加上角色 “admin”、签名不同、以及 alg: none 的令牌，询问“我是谁”。',
    '最后发送真正的令牌，确认它仍然有效。',
  ],
  limits: ['只尝试不需要密钥就能做到的伪造；不猜测弱密钥。'],
  table: { title: '各令牌得到的应答', columns: ['令牌', '应答'] },
  forgeries: {
    'exp-edited': 'exp 推后一天',
    'role-added': '角色 “admin”',
    'signature-altered': '改动签名',
    'alg-none': 'alg: none，无签名',
    'alg-none-signed': 'alg: none，保留旧签名',
  },
  genuine: '真正的令牌',
  headline: (letIn, forgeries) => `${forgeries} 个伪造令牌中 ${letIn} 个被接受`,
  evidence: {
    refused: (letIn, answers) =>
      `${answers.length} 个中有 ${letIn} 个被接受：${answers.map(toldInWordsZh).join(' / ')}。`,
    refusals: (answers) => `各应答：${answers.map(toldInWordsZh).join(' / ')}。`,
  },
  findings: {
    token: (algorithm, hasExpiry) =>
      `令牌以 ${algorithm ?? '未写明的算法'} 签名，${hasExpiry ? '到自己的 exp 为止' : '没有 exp：它本身永不过期'}。`,
    letIn: '谁有一个令牌，谁就能造出别的令牌。读取声明之前，请按固定的算法列表验证签名。',
  },
};
