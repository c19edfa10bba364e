import { setTimeout as delay } from 'node:timers/promises';

/** For what may take for ever. What is given up may still be carried out. @throws Error when time runs out */
export async function within<Value>(ms: number, answer: Promise<Value>): Promise<Value> {
  const timer = new AbortController();
  try {
    return await Promise.race([
      answer,
      delay(ms, undefined, { signal: timer.signal }).then(() => {
        throw new Error(`No answer within ${ms} ms.`);
      }),
    ]);
  } finally {
    timer.abort();
  }
}
