/** What is said about a target as a whole, in Chinese. */
import type { TargetWords, ToldAction } from './target.ts';
import { toldInWordsZh } from './told.ts';

const because = ({ problem }: ToldAction) => (problem === null ? '' : `（${problem}）`);

export const targetWordsZh: TargetWords = {
  starting: '启动应用',
  notLoggedIn: (login, told) =>
    `参与试验的用户无法登录：登录得到 ${login.status}${because(login)}，随后的“我是谁”得到 ${toldInWordsZh(told)}。`,
  cannot: {
    oneNode: '描述文件中只有一个节点；此试验需要两个以上。',
    noStoppable: '描述文件中没有实验室能够停止的节点：请为节点加上启动命令，或启动与停止命令。',
    noBalancer: '描述文件中没有负载均衡器。',
    nothingTellsNodes:
      '在此负载均衡器之后无法区分各节点：请在文件中加上 “server”，写明哪个响应头或哪个成员给出节点名。',
    noTtl: '描述文件中没有 ttlSeconds。',
    waitTooLong: (neededSeconds, waitSeconds) =>
      `按此 ttlSeconds 需要 ${neededSeconds} s，而 limits.waitSeconds 与 limits.probeSeconds 只允许 ${waitSeconds} s。`,
    noStore: '描述文件中没有实验室能够停止的存储。',
    noLogout: '描述文件中没有登出请求。',
    notJwt: '凭证不是 JSON Web Token：没有可供伪造的声明。',
    notCookie: '凭证是客户端自行申请并保存的令牌：登录之前没有可以植入的 ID。',
  },
  preflight: {
    checking: (id) => `检查 ${id} 上的登录与“我是谁”`,
    anonymous: (id, told) =>
      `不带凭证询问 ${id} “我是谁”，得到 ${toldInWordsZh(told)}，与 whoami.loggedOut 所描述的“未登录”不符。请修改文件或该请求。`,
    loginRefused: (id, login) =>
      `${id} 上的登录得到 ${login.status}，不算成功${because(login)}。请修改文件中的 login 或 users。`,
    notRecognised: (id, login, told) =>
      `${id} 上的登录得到 ${login.status}，但随后的“我是谁”得到 ${toldInWordsZh(told)}。请修改文件中的 login、credential 或 whoami.user。`,
    noSuchCookie: (name, found) =>
      `登录没有设置 credential.name 所要求的 Cookie “${name}”；设置的是：${found.join('、') || '无'}。`,
  },
};
