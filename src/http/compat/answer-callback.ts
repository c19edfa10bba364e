import { withStatus } from '../answer.ts';

/**
 * Tells a callback how a promise went; what the callback throws is the application's, and no unhandled rejection.
 * Errors carry the status that the frameworks answer with: 503 when Redis is away.
 */
export function answerCallback<Value>(
  work: Promise<Value>,
  callback: ((error: unknown, value?: Value) => void) | null | undefined,
): void {
  work.then(
    (value) => typeof callback === 'function' && process.nextTick(callback, null, value),
    (error) => typeof callback === 'function' && process.nextTick(callback, withStatus(error)),
  );
}
