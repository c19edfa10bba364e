/** Everything experiment 2.2 on a target says, in Chinese. */
import { seconds } from '../../../experiments/wording.ts';
import { toldInWordsZh } from '../../words/told.ts';
import type { ExpiryKind } from './analyse.ts';
import type { ExpiryWords } from './words.ts';

const kinds: Readonly<Record<ExpiryKind, string>> = { sliding: '滑动过期', absolute: '绝对过期', unknown: '不明确' };

export const expiryWordsZh: ExpiryWords = {
  told: toldInWordsZh,
  title: '过期',
  question: '访问是否会续期会话？',
  hypotheses: [
    { id: 'H1', statement: '每次访问都会续期：持续活跃的用户保持登录。' },
    { id: 'H2', statement: '离开超过 ttlSeconds 的用户被登出。' },
    { id: 'H3', statement: '服务器保留会话多久，浏览器就保留 Cookie 多久。' },
  ],
  design: [
    '让两个用户登录。',
    '其中一个在 0.6、1.2 和 1.8 倍 ttlSeconds 时访问，另一个在超过 1.3 倍之后只访问一次。',
    '每次访问之前，记录浏览器此时是否仍有该 Cookie；实验室无论如何都会发送它。',
  ],
  limits: [
    '滑动过期之上的绝对上限若超过 1.8 倍 ttlSeconds，则看不到。',
    '若每个用户只允许一个会话，描述文件必须写两个用户。',
  ],
  waiting: (ttlSeconds) => `一个活跃用户和一个闲置用户，两倍于 ${ttlSeconds} s`,
  table: { title: '登录之后的访问', columns: ['用户', '登录后 (s)', '应答', '浏览器中的 Cookie'] },
  active: '活跃',
  idle: '此前一直闲置',
  kept: (keeps) => (keeps === null ? '–' : keeps ? '仍在' : '已删除'),
  headline: (kind, ttlMs) => `${kinds[kind]}，${seconds(ttlMs)}`,
  evidence: {
    accesses: (accesses, ttlMs) =>
      `有效期 ${seconds(ttlMs)}：${accesses.map((access) => `${seconds(access.atMs)} 后 ${toldInWordsZh(access)}`).join('，')}。`,
    idle: (idle, ttlMs) =>
      `有效期 ${seconds(ttlMs)}，闲置的用户在 ${seconds(idle.atMs)} 后访问：${toldInWordsZh(idle)}。`,
    noCookie: '凭证是令牌，浏览器不会自行删除。',
    browser: (forgotten, known) => `服务器仍予应答的 ${known} 次访问中，有 ${forgotten} 次浏览器已经没有该 Cookie。`,
  },
  findings: {
    sliding: '服务器在访问时续期会话：活跃的用户不会因有效期被登出。',
    absolute: '会话在登录后固定的时间结束，即使用户正在使用。没有续期手段，用户就必须重新登录。',
    outlives: '会话在没有任何访问的情况下超过了 ttlSeconds 仍有效：应用的配置与描述文件不符。',
    browserForgets: '服务器续期了会话，却没有续期 Cookie：第一个有效期结束时浏览器将其删除，活跃的用户仍然被登出。',
  },
};
