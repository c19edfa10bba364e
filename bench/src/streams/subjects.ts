import { openIoredis } from './ioredis.ts';
import { openSallyport } from './sallyport.ts';
import type { OpenStream } from './subject.ts';

export type SubjectName = 'sallyport' | 'ioredis';

export const openStream: Readonly<Record<SubjectName, OpenStream>> = {
  sallyport: openSallyport,
  ioredis: openIoredis,
};

export function isSubject(name: string): name is SubjectName {
  return Object.hasOwn(openStream, name);
}
