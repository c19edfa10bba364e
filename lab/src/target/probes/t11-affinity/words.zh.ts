/** Everything experiment 1.1 on a target says, in Chinese. */
import type { AffinityWords } from './words.ts';

export const affinityWordsZh: AffinityWords = {
  title: '应用前面的负载均衡器',
  question: '负载均衡器把客户端分到哪里，客户端是否保持登录？',
  hypotheses: [
    { id: 'H1', statement: '同一个客户端的所有请求都到同一个节点。' },
    { id: 'H2', statement: '不同的客户端分散到各节点。' },
    { id: 'H3', statement: '无论被分到哪个节点，客户端都保持登录。' },
  ],
  design: [
    '一个客户端经负载均衡器登录，并经它询问 20 次“我是谁”。',
    '记录由哪个节点应答：以应答所写为准；若只有一个节点认得该会话，则以是否被认得为准。',
    '让许多新客户端经过负载均衡器；若是实验室自己的负载均衡器，则各用不同的地址。',
  ],
  limits: ['所有客户端都从本机连接。不是实验室自己的负载均衡器只看到一个地址，除非它信任 X-Forwarded-For。'],
  clients: (clients) => `${clients} 个客户端经过负载均衡器`,
  loginFailed: (status, problem) =>
    `经负载均衡器登录得到 ${status}${problem === null ? '' : `（${problem}）`}，随后没有节点认得该用户。`,
  table: { title: '由哪个节点应答', columns: ['节点', '一个客户端的请求数', '客户端数'] },
  unknown: '未知',
  headline: (servers, known, requests) => `一个客户端，${servers} 个节点；保持登录 ${known}/${requests}`,
  evidence: {
    single: (requests, servers, switches) =>
      `一个客户端的 ${requests} 次请求由 ${servers} 个节点应答，其间更换 ${switches} 次。`,
    spread: (clients, servers, nodes, foreign) =>
      `${clients} 个客户端落在 ${nodes} 个节点中的 ${servers} 个上${foreign ? '，它们的地址都相同' : ''}。`,
    loggedIn: (known, requests) => `经负载均衡器的 ${requests} 次请求中有 ${known} 次认得用户。`,
  },
  findings: {
    stays: '负载均衡器与会话相配：客户端无论被分到哪里都保持登录。',
    loses: (lost, requests) =>
      `已登录客户端的 ${requests} 次请求中有 ${lost} 次得到“未登录”，因为负载均衡器把它们分到了不认得该会话的节点。请让各节点共享会话，或让每个客户端固定在一个节点上。`,
  },
};
