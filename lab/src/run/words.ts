import type { Language } from '../language.ts';
import { type RunWords, runWordsEn } from './words.en.ts';
import { runWordsZh } from './words.zh.ts';

const inLanguage: Readonly<Record<Language, RunWords>> = { en: runWordsEn, zh: runWordsZh };

export function runWords(language: Language): RunWords {
  return inLanguage[language];
}
