/** The queues that are held to their promises. */
import type { ProofSubject, SubjectName } from './subject.ts';

export const ours: SubjectName = 'sallyport';
export const peers: readonly SubjectName[] = ['bullmq', 'bee-queue'];

/** Each process loads only the queue that it is about; the peers need not be installed. */
export async function loadSubject(name: SubjectName): Promise<ProofSubject> {
  if (name === 'bullmq') return (await import('./subjects/bullmq.ts')).bullmq;
  if (name === 'bee-queue') return (await import('./subjects/bee-queue.ts')).beeQueue;
  return (await import('./subjects/sallyport.ts')).sallyport;
}
