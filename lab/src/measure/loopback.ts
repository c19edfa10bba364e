/** The lab sends load to this machine and to no other. */
import { isIP } from 'node:net';
import { InvalidOptionError } from 'sallyport';

/** @throws InvalidOptionError unless the URL is plain HTTP to a loopback address given as a number. */
export function requireLoopback(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const host = parsed?.hostname ?? '';
  const isLoopback = host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'));
  if (parsed?.protocol !== 'http:' || !isLoopback) {
    throw new InvalidOptionError('url', 'http:// and a loopback address, e.g. http://127.0.0.1:8080');
  }
  return parsed;
}
