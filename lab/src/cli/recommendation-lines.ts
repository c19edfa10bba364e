/** What a run of all experiments recommends, by size of project: a few lines for the terminal, the rest is in the report. */
import type { LabResults } from '../results.ts';
import { cliWords } from './words.ts';

/** None for results without a summary. */
export function recommendationLines({ summary, language = 'en' }: LabResults): string[] {
  const words = cliWords(language);
  const bySize = (summary?.recommendations ?? []).filter(({ by }) => by === 'size');
  if (bySize.length === 0) return [];
  return [words.recommended, ...bySize.map(({ kind, choice, command }) => words.recommendation(kind, choice, command))];
}
