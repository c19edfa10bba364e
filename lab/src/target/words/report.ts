/** The fixed words of a report on a target, in the place of those that speak of the lab's own three schemes. */
import type { Language } from '../../language.ts';
import { wordsOf } from '../../report/i18n/report-words.ts';
import type { ReportWords } from '../../report/i18n/words.ts';
import type { LabResults } from '../../results.ts';
import type { TargetResults } from '../run-target.ts';

interface TargetReportWords {
  readonly reportTitle: (name: string) => string;
  readonly groups: Readonly<Record<string, string>>;
}

const inLanguage: Readonly<Record<Language, TargetReportWords>> = {
  en: {
    reportTitle: (name) => `How ${name} behaved`,
    groups: {
      '0': 'The application',
      '1': 'Nodes and balancer',
      '2': 'Lifetime and store',
      '3': 'Restart, tokens and logout',
      '5': 'Session fixation',
    },
  },
  zh: {
    reportTitle: (name) => `${name} 的表现`,
    groups: {
      '0': '应用',
      '1': '节点与负载均衡器',
      '2': '有效期与存储',
      '3': '重启、令牌与登出',
      '5': '会话固定',
    },
  },
};

/** In the language of the run; for results that are not those of a target, the words that every report has. */
export function reportWordsOf(results: LabResults | TargetResults): ReportWords {
  const words = wordsOf(results);
  if (!('target' in results)) return words;
  const { reportTitle, groups } = inLanguage[results.language ?? 'en'];
  return {
    ...words,
    reportTitle: reportTitle(results.target.name),
    schemeOfGroup: (group) => groups[group] ?? words.schemeOfGroup(group),
  };
}
