/** What the measuring experiments compare. */
import type { SchemeName } from '../../schemes/running-scheme.ts';

/** A name that ends in `-again` is an A/A control: another process of the same program. */
export type SubjectName =
  | 'sticky'
  | 'sticky-again'
  | 'redis'
  | 'jwt'
  | 'jwt-again'
  /** Every signature is checked, also of a token that was checked before. */
  | 'jwt-uncached'
  | 'jwt-deny-list'
  /** Sessions in Redis, served from the server's own memory. */
  | 'coherent'
  | 'jwt-pushed';

/** What the servers of a subject are started with; subjects with equal settings are servers of one scheme. */
export interface SubjectSettings {
  readonly scheme: SchemeName;
  readonly env: Readonly<Record<string, string>>;
}

const sticky: SubjectSettings = { scheme: 'sticky', env: {} };
const jwt: SubjectSettings = { scheme: 'jwt', env: {} };

export const subjectSettings: Readonly<Record<SubjectName, SubjectSettings>> = {
  sticky,
  'sticky-again': sticky,
  redis: { scheme: 'redis', env: {} },
  jwt,
  'jwt-again': jwt,
  'jwt-uncached': { scheme: 'jwt', env: { CACHED_TOKENS: '0' } },
  'jwt-deny-list': { scheme: 'jwt', env: { REVOCATION: 'deny-list' } },
  coherent: { scheme: 'coherent', env: {} },
  'jwt-pushed': { scheme: 'jwt-pushed', env: {} },
};

export type SchemeSubject = 'sticky' | 'jwt' | 'jwt-uncached' | 'redis' | 'coherent' | 'sticky-again';

/** The schemes, in the order in which reports show them, and their control. */
export const schemeSubjects: readonly SchemeSubject[] = [
  'sticky',
  'jwt',
  'jwt-uncached',
  'redis',
  'coherent',
  'sticky-again',
];

/** What the reports of the schemes compare, in this order. */
export const comparedSubjects: readonly (readonly [SchemeSubject, SchemeSubject])[] = [
  ['sticky', 'jwt'],
  ['sticky', 'redis'],
  ['jwt', 'redis'],
  ['jwt-uncached', 'jwt'],
  ['jwt-uncached', 'sticky'],
  ['coherent', 'sticky'],
  ['coherent', 'redis'],
  ['sticky-again', 'sticky'],
];

export function isControl(name: SubjectName): boolean {
  return name.endsWith('-again');
}
