import type { Language } from '../language.ts';
import { type CliWords, cliWordsEn } from './words.en.ts';
import { cliWordsZh } from './words.zh.ts';

const inLanguage: Readonly<Record<Language, CliWords>> = { en: cliWordsEn, zh: cliWordsZh };

export function cliWords(language: Language): CliWords {
  return inLanguage[language];
}
