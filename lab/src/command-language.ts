/** The flag that repeats a run in the language of its report. */
import type { Language } from './language.ts';

/** English is what a run speaks when nothing is said. */
export function languageFlags(language: Language): readonly string[] {
  return language === 'en' ? [] : ['--lang', language];
}

/** The same command for a report in another language. */
export function commandInLanguage(command: string, language: Language): string {
  return [command.replace(/ --lang[ =]\S+/g, ''), ...languageFlags(language)].join(' ');
}
