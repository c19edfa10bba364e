/** Everything experiment 1.2 on a target says, in Chinese. */
import { toldInWordsZh } from '../../words/told.ts';
import type { SharedSessionWords } from './words.ts';

export const sharedSessionWordsZh: SharedSessionWords = {
  told: toldInWordsZh,
  title: '会话在其他节点上',
  question: '一个节点创建的会话，其他节点是否都认得？',
  hypotheses: [
    { id: 'H1', statement: '创建会话的节点认得其用户。' },
    { id: 'H2', statement: '其他每个节点也都认得该用户。' },
    { id: 'H3', statement: '没有节点把该用户当成别人。' },
  ],
  design: [
    '绕过负载均衡器，让第一个用户依次在每个节点登录。',
    '把同一凭证发给每个节点并询问“我是谁”，先问创建会话的节点。',
  ],
  limits: ['每个节点只在当时询问一次：延迟复制的存储看上去就像不共享。'],
  asking: (id) => `在每个节点上询问 ${id} 的会话`,
  table: { title: '同一凭证在各节点上的结果', columns: ['登录于', '询问', '应答'] },
  evidence: {
    own: (known, asked) => `${asked} 个会话中有 ${known} 个被创建它的节点认得。`,
    others: (known, asked) => `在其他节点上的 ${asked} 次询问中，有 ${known} 次给出了该用户。`,
    another: (wrong, asked) => `${asked} 个应答中有 ${wrong} 个给出了另一个用户。`,
  },
  findings: {
    shared: '各节点共享会话，或者不需要会话：用哪种负载均衡都可以，节点随时可以离开。',
    isolated: '每个节点只认得自己的会话。负载均衡器必须让客户端固定在一个节点上，而节点所知道的一切会随它一起丢失。',
    partly: (known, asked) =>
      `只有部分节点共享会话：在其他节点上的 ${asked} 次询问中，有 ${known} 次给出了该用户。请检查其余节点的配置。`,
    another: '有节点把该用户当成了别人。请按安全事件处理。',
  },
};
