/** Everything experiment 0.2 on a target says, in Chinese. */
import { statusList } from '../../../experiments/wording.ts';
import { toldInWordsZh } from '../../words/told.ts';
import type { AsDescribedWords } from './words.ts';

const named = ({ kind, cookies, isJwt }: Parameters<AsDescribedWords['findings']['credential']>[0]): string => {
  const what = kind === 'bearer' ? 'Bearer 令牌' : `Cookie ${cookies.join(' + ')}`;
  return isJwt ? `${what}（JSON Web Token）` : what;
};

export const asDescribedWordsZh: AsDescribedWords = {
  told: toldInWordsZh,
  title: '应用与描述文件是否相符',
  question: '应用的应答是否与描述文件所写一致？',
  hypotheses: [
    { id: 'H1', statement: '在某个节点登录之后，该节点的“我是谁”给出该用户。' },
    { id: 'H2', statement: '不带凭证时，“我是谁”按描述文件所写的方式表示“未登录”。' },
    { id: 'H3', statement: '错误的密码不能登录。' },
  ],
  design: [
    '不带凭证询问每个节点“我是谁”。',
    '让第一个用户在每个节点登录，并询问该节点。',
    '逐个去掉 Cookie，找出构成会话的那些（除非描述文件已写明）。',
    '用一个不可能正确的密码登录一次。',
  ],
  limits: ['只有一个类似浏览器、但没有 JavaScript 的客户端：它保存 Cookie，提交表单，不跟随重定向。'],
  table: { title: '各节点上的登录与“我是谁”', columns: ['节点', '登录', '随后的“我是谁”', '登录之前'] },
  wrongPassword: (id) => `${id}，错误的密码`,
  headline: (nodes, credential) => `${nodes} 个节点，${named(credential)}`,
  evidence: {
    known: (told) => `登录之后各节点的“我是谁”：${told.map(toldInWordsZh).join(' / ')}。`,
    anonymous: (told) => `登录之前：${told.map(toldInWordsZh).join(' / ')}。`,
    wrongPassword: (login, told) =>
      `用错误的密码登录得到 ${statusList([login])}，随后的“我是谁”得到 ${toldInWordsZh(told)}。`,
  },
  findings: {
    credential: (credential) => `登录后的客户端所发送的是 ${named(credential)}，共 ${credential.sizeBytes} 字节。`,
    anyPassword: '任何人都能以该用户登录：错误的密码也被接受。',
  },
};
