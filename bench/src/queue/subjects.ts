import { openBeeQueue } from './bee-queue.ts';
import { openBullmq } from './bullmq.ts';
import { openIoredis } from './ioredis.ts';
import { openSallyport } from './sallyport.ts';
import type { OpenQueue } from './subject.ts';

export type SubjectName = 'sallyport' | 'bullmq' | 'bee-queue' | 'ioredis';

export const openQueue: Readonly<Record<SubjectName, OpenQueue>> = {
  sallyport: openSallyport,
  bullmq: openBullmq,
  'bee-queue': openBeeQueue,
  ioredis: openIoredis,
};
