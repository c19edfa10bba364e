/** The languages in which the lab reports. What servers answer stays in English: it is theirs. */
export type Language = 'en' | 'zh';

export const languages: readonly Language[] = ['en', 'zh'];
