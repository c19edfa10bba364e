import { TokenKeysUnavailableError } from './errors.ts';

const maxSetBytes = 262_144;

/**
 * Fetches a JWK Set: no redirects, no cookies, a deadline over head and body, a bounded size.
 * @throws TokenKeysUnavailableError
 */
export async function fetchKeySet(url: URL, timeoutMs: number, closing: AbortSignal): Promise<unknown> {
  const aborter = new AbortController();
  const abort = () => aborter.abort();
  const timer = setTimeout(abort, timeoutMs);
  closing.addEventListener('abort', abort);
  try {
    if (closing.aborted) throw new TokenKeysUnavailableError('closed');
    const response = await fetch(url, {
      headers: { accept: 'application/jwk-set+json, application/json' },
      redirect: 'error',
      signal: aborter.signal,
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new TokenKeysUnavailableError(`the answer was status ${response.status}`);
    }
    return JSON.parse(await boundedText(response));
  } catch (cause) {
    if (cause instanceof TokenKeysUnavailableError) throw cause;
    const reason = closing.aborted
      ? 'closed'
      : aborter.signal.aborted
        ? `no answer within ${timeoutMs} ms`
        : cause instanceof SyntaxError
          ? 'the answer is not JSON'
          : 'no connection';
    throw new TokenKeysUnavailableError(reason, { cause });
  } finally {
    clearTimeout(timer);
    closing.removeEventListener('abort', abort);
  }
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of response.body ?? []) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxSetBytes) throw new TokenKeysUnavailableError(`the answer exceeds ${maxSetBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
