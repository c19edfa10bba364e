/** The fixed words of a report by language. */
import type { Language } from '../../language.ts';
import type { LabResults } from '../../results.ts';
import { english } from './en.ts';
import type { ReportWords } from './words.ts';
import { chinese } from './zh.ts';

const inLanguage: Readonly<Record<Language, ReportWords>> = { en: english, zh: chinese };

export function reportWords(language: Language): ReportWords {
  return inLanguage[language];
}

/** In the language of the run. */
export function wordsOf({ language = 'en' }: Pick<LabResults, 'language'>): ReportWords {
  return reportWords(language);
}
