/** What the command line says about a run, in Chinese. */
import type { LabMode } from '../run/mode.ts';
import type { CliWords } from './words.en.ts';

const modes: Readonly<Record<LabMode, string>> = { default: '默认模式', quick: '快速模式', full: '完整模式' };

export const cliWordsZh: CliWords = {
  starting: (experiments, mode, seed) => `${experiments} 个实验，${modes[mode]}，随机种子 ${seed}。`,
  interrupted: '已中断：正在停止服务器并写出报告。再按一次立即停止。',
  question: '问题',
  keyFigure: '关键数据',
  ranOf: (ran, asked, seconds) => `${asked} 个实验运行了 ${ran} 个，用时 ${seconds} s`,
  count: (count, verdict) => `${verdict} ${count}`,
  didNotRun: (id, reason) => `${id} 未运行：${reason}`,
  mendWith: (remedy) => ` 解决办法：${remedy}`,
  recommended: '本次运行的数据支持：',
  recommendation: (kind, choice, command) =>
    `  ${kind}：${choice}${command === undefined ? '' : `。如何得出定论：${command}`}`,
  reportAt: (path) => `报告：${path}，同一目录下还有 report.md 和 results.json`,
  needs: (what) => `需要：${what.join('、') || '只需 Node'}`,
  requirements: { redis: 'redis-server', balancer: 'nginx 或内置负载均衡器' },
};
