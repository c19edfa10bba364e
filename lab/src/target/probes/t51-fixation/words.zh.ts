/** Everything experiment 5.1 on a target says, in Chinese. */
import { toldInWordsZh } from '../../words/told.ts';
import type { FixationWords } from './words.ts';

export const fixationWordsZh: FixationWords = {
  told: toldInWordsZh,
  title: '会话固定',
  question: '登录时会话是否得到新的 ID？',
  hypotheses: [
    { id: 'H1', statement: '登录会替换浏览器此前的 ID。' },
    { id: 'H2', statement: '知道登录之前的 ID 的人不会因此处于登录状态。' },
    { id: 'H3', statement: '应用从未发出过的 ID 不会被采用。' },
  ],
  design: [
    '在浏览器中植入一个 Cookie：应用发给访客的、已登录者的、以及编造的。',
    '用该浏览器让一个用户登录，比较登录前后的 ID；仅有 Set-Cookie 响应头说明不了什么。',
    '用植入的 Cookie 询问“我是谁”。',
  ],
  limits: ['不考察攻击者如何植入 Cookie（相邻的子域名、开放的网络）。'],
  table: { title: '在植入的 Cookie 之上登录', columns: ['植入', '登录之后的 ID', '植入的 Cookie 此后'] },
  kinds: { visitor: '访客的', loggedIn: '另一个已登录用户的', invented: '编造的' },
  notTried: { visitor: '访客没有会话', loggedIn: '无法在其上登录', invented: '无法在其上登录' },
  changed: (changed) => (changed === undefined ? '–' : changed ? '新的' : '相同'),
  headline: (changes) => (changes === undefined ? '未见' : changes ? '登录时更换 ID' : '登录之后 ID 不变'),
  evidence: {
    changes: (changed, logins) => `在植入的会话之上的 ${logins} 次登录中，有 ${changed} 次替换了其 ID。`,
    attacker: (known, told) =>
      `用植入的 Cookie，${told.length} 次中有 ${known} 次进入了受害者的账户${told.length === 0 ? '' : `（${told.map(toldInWordsZh).join(' / ')}）`}。`,
    invented: (changed, told) =>
      `在编造的 ID 之上登录之后，浏览器的 ID ${changed ? '已更换' : '不变'}，编造的 ID 得到 ${toldInWordsZh(told)}。`,
    inventedNotTried: '无法在编造的 ID 之上登录。',
  },
  findings: {
    changes: '登录时更换 ID：此前被植入或被读到的 ID 毫无用处。',
    stays: '登录时 ID 不变。每当会话的用户或权限改变时，都应重新生成 ID。',
    hole: '存在会话固定漏洞：谁在登录之前植入了 Cookie，谁就在登录之后进入受害者的账户。',
  },
};
