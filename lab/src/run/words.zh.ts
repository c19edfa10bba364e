/** What the runner itself says, in Chinese. */
import type { RunWords } from './words.en.ts';

export const runWordsZh: RunWords = {
  startingScheme: (scheme) => `启动方案 ${scheme}`,
  balancerStoodIn: (remedy) => `本机没有 nginx：由实验室内置的负载均衡器代替。如需使用 nginx：${remedy}`,
  notRun: (cause) => {
    if (cause.kind === 'interrupted') return '已中断';
    return cause.kind === 'timed-out'
      ? `${cause.afterSeconds} s 之后仍未完成，已停止。`
      : `需要 ${cause.program}，但本机没有。`;
  },
  notAnalysed: (reason) => `无法分析其观测结果：${reason}`,
};
