/** Everything experiment 1.3 on a target says, in Chinese. */
import { milliseconds } from '../../../experiments/wording.ts';
import { toldInWordsZh } from '../../words/told.ts';
import type { NodeDeathWords } from './words.ts';

export const nodeDeathWordsZh: NodeDeathWords = {
  told: toldInWordsZh,
  title: '节点崩溃',
  question: '一个节点崩溃时会失去什么？',
  hypotheses: [
    { id: 'H1', statement: '在崩溃节点上创建的会话在其他节点上继续有效。' },
    { id: 'H2', statement: '经负载均衡器的每个请求都得到应答。' },
    { id: 'H3', statement: '用户可以在存活的节点上登录。' },
  ],
  design: [
    '让描述文件中的每个用户（最多六个）在同一个节点登录。',
    '立即杀死该节点：SIGKILL，或描述文件中的停止命令。',
    '把每个用户的凭证发给每个存活的节点；若有负载均衡器，再经过它发送。',
    '让一个用户在存活的节点上登录。',
  ],
  limits: ['节点崩溃时没有正在处理的请求；对处理到一半的请求不作考察。'],
  killing: (id) => `杀死 ${id}`,
  table: { title: '节点崩溃之后', columns: ['凭证', '询问', '应答'] },
  session: (index) => `会话 ${index}`,
  allSessions: '所有会话轮流',
  balancer: '负载均衡器',
  newLogin: '新的登录',
  headline: (kept, sessions) => `会话保留 ${kept}/${sessions}`,
  evidence: {
    survival: (kept, sessions, known, asked) =>
      `崩溃节点的 ${sessions} 个会话中，有 ${kept} 个被每个存活的节点认得（${asked} 个应答中有 ${known} 个给出了用户）。`,
    noBalancer: '描述文件中没有负载均衡器。',
    balanced: (failed, requests, longestMs) =>
      `经负载均衡器的 ${requests} 次请求中有 ${failed} 次失败；最长耗时 ${milliseconds(longestMs)}。`,
    newLogin: (login, told) => `在存活的节点上登录得到 ${login}，“我是谁”得到 ${toldInWordsZh(told)}。`,
  },
  findings: {
    survives: (victim) => `${victim} 崩溃了，没有用户被登出。`,
    lost: (lost, sessions) =>
      `崩溃节点的 ${sessions} 个用户中有 ${lost} 个必须重新登录。逐个节点发布新版本时，每个用户都会遇到同样的情况。`,
  },
};
