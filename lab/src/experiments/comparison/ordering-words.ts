/** The words for comparisons between schemes, the same in all performance experiments, in every language. */
import type { Language } from '../../language.ts';
import { practicalMargin } from '../../measure/statistics/compare.ts';
import { figure } from '../../report/figure.ts';
import type { JudgedRatio, OrderJudgement } from './ordering.ts';
import type { SubjectName } from './subjects.ts';

const margin = `±${practicalMargin * 100}`;

export interface OrderingWords {
  readonly subjects: Readonly<Record<SubjectName, string>>;
  readonly comparisons: Readonly<Record<JudgedRatio['comparison'], string>>;
  readonly ratio: (ratio: JudgedRatio) => string;
  readonly because: Readonly<Record<NonNullable<OrderJudgement['because']>, string>>;
}

const named = (subjects: OrderingWords['subjects'], { subject, baseline }: JudgedRatio): string =>
  `${subjects[subject]} / ${subjects[baseline]}`;

const subjectsEn: OrderingWords['subjects'] = {
  sticky: 'sticky',
  redis: 'Redis sessions',
  jwt: 'JWT',
  'sticky-again': 'sticky again (control)',
  'jwt-again': 'JWT again (control)',
  'jwt-uncached': 'JWT, checked each time',
  'jwt-deny-list': 'JWT with a deny-list',
  coherent: 'coherent sessions',
  'jwt-pushed': 'JWT with pushed revocation',
};
const subjectsZh: OrderingWords['subjects'] = {
  sticky: '粘性会话',
  redis: 'Redis 会话',
  jwt: 'JWT',
  'sticky-again': '粘性会话（对照）',
  'jwt-again': 'JWT（对照）',
  'jwt-uncached': '每次都验证签名的 JWT',
  'jwt-deny-list': '带黑名单的 JWT',
  coherent: '一致性副本会话',
  'jwt-pushed': '推送吊销的 JWT',
};

export const orderingWords: Readonly<Record<Language, OrderingWords>> = {
  en: {
    subjects: subjectsEn,
    comparisons: { lower: 'lower', higher: 'higher', equal: 'practically equal', undecided: 'undecided' },
    ratio: (ratio) =>
      `${named(subjectsEn, ratio)} ×${figure(ratio.interval.estimate)} (${figure(ratio.interval.low)} to ${figure(ratio.interval.high)})`,
    because: {
      'control-failed': 'The A/A control found a program different from itself, so nothing is decided.',
      'practically-equal': `A difference within ${margin} % does not matter in practice, and is no reason for a verdict.`,
      'too-uncertain': `An interval reaches across the margin of ${margin} %.`,
      'too-few': 'There were too few successful blocks to compare.',
    },
  },
  zh: {
    subjects: subjectsZh,
    comparisons: { lower: '更低', higher: '更高', equal: '实际相等', undecided: '无法判定' },
    ratio: (ratio) =>
      `${named(subjectsZh, ratio)} ×${figure(ratio.interval.estimate)}（${figure(ratio.interval.low)} 至 ${figure(ratio.interval.high)}）`,
    because: {
      'control-failed': 'A/A 对照把同一个程序判为不同，因此不作任何结论。',
      'practically-equal': `${margin}% 以内的差异没有实际意义，不足以作出结论。`,
      'too-uncertain': `置信区间跨越了 ${margin}% 的界限。`,
      'too-few': '成功的测量块太少，无法比较。',
    },
  },
};
