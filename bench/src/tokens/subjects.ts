import { openFastJwt, openFastJwtUncached } from './fast-jwt.ts';
import { openJose } from './jose.ts';
import { openJsonwebtoken } from './jsonwebtoken.ts';
import { openSallyport } from './sallyport.ts';
import type { OpenTokens } from './subject.ts';

export type SubjectName = 'sallyport' | 'jose' | 'fast-jwt' | 'fast-jwt-uncached' | 'jsonwebtoken';

export const openTokens: Readonly<Record<SubjectName, OpenTokens>> = {
  sallyport: openSallyport,
  jose: openJose,
  'fast-jwt': openFastJwt,
  'fast-jwt-uncached': openFastJwtUncached,
  jsonwebtoken: openJsonwebtoken,
};

export function isSubject(name: string): name is SubjectName {
  return Object.hasOwn(openTokens, name);
}
