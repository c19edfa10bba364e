/** What is said about a target as a whole, by language. */
import type { Language } from '../../language.ts';
import { type ClassificationWords, classificationWordsEn } from './classification.ts';
import { classificationWordsZh } from './classification.zh.ts';
import { type TargetWords, targetWordsEn } from './target.ts';
import { targetWordsZh } from './target.zh.ts';

const target: Readonly<Record<Language, TargetWords>> = { en: targetWordsEn, zh: targetWordsZh };
const classification: Readonly<Record<Language, ClassificationWords>> = {
  en: classificationWordsEn,
  zh: classificationWordsZh,
};

export function targetWords(language: Language): TargetWords {
  return target[language];
}

export function classificationWords(language: Language): ClassificationWords {
  return classification[language];
}
