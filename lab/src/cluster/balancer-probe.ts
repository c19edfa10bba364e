import { get } from 'node:http';
import type { BalancerSettings } from './balancer-settings.ts';

/** Asks the balancer itself, not a server behind it. */
export function answersProbe({ port, probe }: BalancerSettings): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ port, host: '127.0.0.1', path: `/${probe}`, agent: false, timeout: 1000 }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve(body === probe));
      response.on('error', () => resolve(false));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}
