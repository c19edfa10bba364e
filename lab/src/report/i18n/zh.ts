/** The report in Chinese. */

import { figure } from '../figure.ts';
import type { LineChartFacts, ReportWords, RunFacts } from './words.ts';

function duration(milliseconds: number): string {
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} 毫秒`;
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} 秒`;
  const seconds = Math.round(milliseconds / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} 分 ${seconds % 60} 秒`;
  return `${Math.floor(minutes / 60)} 小时 ${minutes % 60} 分`;
}

function timeScale(scale: number): string {
  if (scale === 1) return '真实时长';
  return scale < 1 ? `时长缩短为 1/${figure(1 / scale)}` : `时长放大 ${figure(scale)} 倍`;
}

const modes = { default: '', quick: '（快速运行）', full: '（完整运行）' } as const;

function runSentence(run: RunFacts): string {
  const ran = run.ran === run.asked ? `${run.ran} 个实验` : `${run.asked} 个实验中的 ${run.ran} 个`;
  const balancer = run.balancer === 'nginx' ? 'nginx' : '内置负载均衡器';
  return (
    `在 ${run.os}（${run.cores} 核）上，对 ${balancer} 之后的真实服务器完成了 ${ran}${modes[run.mode]}：` +
    `${timeScale(run.timeScale)}，随机种子 ${run.seed}，用时 ${duration(run.durationMs)}。`
  );
}

function lineChartText({ xTitle, yTitle, series, xFrom, xTo, marks }: LineChartFacts): string {
  const lines = series.map(
    ({ name, count, low, high }) => `${name}：${count} 个样本，介于 ${figure(low)} 与 ${figure(high)} 之间`,
  );
  const marked = marks.map(({ x, label }) => `${label}（${figure(x)}）`).join('、');
  return (
    `折线图：横轴为${xTitle}，从 ${figure(xFrom)} 到 ${figure(xTo)}，纵轴为${yTitle}。${lines.join('；')}。` +
    (marked === '' ? '' : `标出的时刻：${marked}。`)
  );
}

function barChartText(xTitle: string, yTitle: string, bars: readonly string[], leftOut: number): string {
  const rest = leftOut === 0 ? '' : `，另有 ${leftOut} 项`;
  return `条形图：按${xTitle}列出${yTitle}。${bars.join('，')}${rest}。`;
}

const schemes: Readonly<Record<string, string>> = {
  '1': '粘性会话',
  '2': 'Redis 会话',
  '3': 'JWT',
  '4': '三种方案的比较',
};

export const chinese: ReportWords = {
  language: 'zh-Hans',
  productName: 'Sallyport 实验室',
  reportTitle: '粘性会话、Redis 会话与 JWT 的实际表现',
  skipToVerdicts: '跳到结论',
  contents: '实验',
  themeButton: '深色主题',
  copy: '复制',
  copied: '已复制',
  saveResults: '保存 results.json',
  backToVerdicts: '回到结论',
  writtenBy: '由 Sallyport 实验室根据本次运行的测量结果写成。',

  runSentence,
  repeatRun: '重复本次运行',
  timeScale,
  duration,

  labelInterrupted: '已中断：Ctrl-C 提前结束了本次运行',
  labelBuiltInBalancer: '以内置负载均衡器代替 nginx',
  labelNotRun: (experiments) => `${experiments} 个实验未运行`,
  labelNotices: (notices) => `${notices} 条提示`,

  verdictsHeading: '结论',
  verdict: {
    confirmed: '证实',
    refuted: '证伪',
    conditional: '有条件',
    undecided: '未定',
    'not-run': '未运行',
  },
  verdictMeaning: {
    confirmed: '看法成立',
    refuted: '看法不成立',
    conditional: '在某些条件下成立',
    undecided: '样本不足以判定',
    'not-run': '没有测量',
  },
  refutedIsAFinding: '每个假设都是关于会话的一种常见看法。假设被证伪，是对这种看法的发现，而不是运行失败。',
  columnId: '编号',
  columnQuestion: '问题',
  columnKeyFigure: '关键数据',
  noKeyFigure: '–',
  schemeOfGroup: (group) => schemes[group] ?? `第 ${group} 组`,

  summaryHeading: '总结',
  summaryAside: '仅根据本次运行的数据写成。没有测量的，就写明未测量；数据不同，推荐也会不同。',
  bySize: '按项目规模推荐',
  byApplication: '按应用类型推荐',
  recommendationOutcome: {
    one: '推荐',
    either: '均可',
    none: '没有合适的方案',
    undecided: '尚无定论',
  },
  reasonsLabel: '理由',
  cautionsLabel: '注意',
  toDecideIt: '如何得出定论',
  toTellApart: '如何区分',
  featuresHeading: '特性对比',
  performanceHeading: '性能对比',
  claimsHeading: '说法与实测',
  keyFindingsHeading: '主要发现',
  differencesHeading: '理论与本机的差异',
  noDifferences: '没有假设被证伪，也没有假设只在某些条件下成立。',
  problemsHeading: '遇到的问题',
  noProblems: '没有：要求的实验都已运行，每项测量都得出了结论。',
  nextHeading: '下一步',
  nothingNext: '没有遗留的问题。',

  claimHeading: '假设',
  doneHeading: '做了什么',
  plannedHeading: '原计划做什么',
  happenedHeading: '结果如何',
  meaningHeading: '意味着什么',
  limitsHeading: '局限',
  notRunHeading: '未运行',
  notRunWithoutReason: '实验室没有给出原因。',
  toMendIt: '解决办法',
  toRepeatIt: '重复该实验',
  took: (milliseconds) => `用时 ${duration(milliseconds)}`,
  nothingRecorded: '该实验没有记录表格和图表。',
  noEvidence: '没有给出依据。',
  noSamples: '没有采集样本。',
  chartName: '图表',
  lineChartText,
  barChartText,

  runHeading: '关于本次运行',
  environmentHeading: '环境',
  noticesHeading: '提示',
  timeHeading: '用时',
  checklistHeading: '运行情况',
  startedAt: '开始时间',
  tookColumn: '用时',
  groupColumn: '分组',
  experimentsColumn: '实验',
  seed: '随机种子',
  times: '时长',
  operatingSystem: '系统',
  processor: '处理器',
  processorText: (model, cores) => `${model}，${cores} 核`,
  memory: '内存',
  balancer: '负载均衡器',
  balancerNames: { nginx: 'nginx', 'built-in': '内置，代替 nginx' },
  outsideExperiments: '启动与停止',
  ranIn: (milliseconds) => `已运行，${duration(milliseconds)}`,
  rawHeading: '原始数据',
  rawText: '本次运行的所有样本都以 JSON 形式嵌入本文件，结构与 results.json 相同。',
};
