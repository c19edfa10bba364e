/** The sample run as it is told in Chinese: what the experiments say before a run, and charts with wide characters. */
import { experimentsIn } from '../../src/experiments/registry.ts';
import type { ExperimentResult, LabResults, ResultChart, ResultTable } from '../../src/results.ts';
import { sampleResults } from './sample-results.ts';

const charts: readonly ResultChart[] = [
  {
    kind: 'bar',
    title: '处于登录状态的用户',
    xTitle: '时刻',
    yTitle: '用户数',
    bars: ['宕机之前', '服务器被强行终止之后，用户重新登录之前', '服务器恢复之后'].flatMap((label, index) => [
      { label, value: 7 - index, group: '被终止服务器的用户' },
      { label, value: 5, group: '其他服务器的用户' },
    ]),
  },
  {
    kind: 'line',
    title: '会话键的剩余时间',
    xTitle: '开始后的秒数',
    yTitle: '剩余秒数',
    series: [
      { name: '中途停顿的访客', points: Array.from({ length: 20 }, (_, index) => [index / 2, 3 - (index % 6) / 2]) },
      { name: '活跃用户，每半个有效期请求一次', points: Array.from({ length: 20 }, (_, index) => [index / 2, 3]) },
    ],
    marks: [
      { x: 0, label: '登录' },
      { x: 1, label: '访问' },
      { x: 9, label: '键消失之后再次请求：401' },
      { x: 9.5, label: '键消失' },
    ],
    note: '已消失的键画在 0 处。',
  },
];

const table: ResultTable = {
  title: '各用户的个人资料请求',
  columns: ['用户', '所在服务器', '被终止之前的状态码', '重新登录之后的应答时间（ms）', '项目'],
  rows: [['u-1', 'sticky-1', 200, 12.5, '从服务器重新启动到负载均衡器再次使用它，包括探测所需的时间']],
};

const inChinese = new Map(experimentsIn('zh').map((experiment) => [experiment.id, experiment]));

function told(result: ExperimentResult): ExperimentResult {
  const { title, question, design, limits, hypotheses } = inChinese.get(result.id)!;
  const statements = new Map<string, string>(hypotheses.map(({ id, statement }) => [id, statement]));
  const evidence = hypotheses.map(({ statement }) => statement).join('');
  return {
    ...result,
    title,
    question,
    design,
    limits,
    headline: result.status === 'ran' ? '12 个会话中丢失 7 个，服务器恢复时又丢失 7 个' : '',
    hypotheses: result.hypotheses.map((hypothesis) => ({
      ...hypothesis,
      statement: statements.get(hypothesis.id)!,
      evidence: result.status === 'ran' ? evidence : '',
    })),
    findings: result.findings.length === 0 ? [] : [limits.join('')],
    charts: result.charts.length === 0 ? [] : charts,
    tables: result.tables.length === 0 ? [] : [table],
  };
}

export const chineseResults: LabResults = {
  ...sampleResults,
  language: 'zh',
  experiments: sampleResults.experiments.map(told),
};
