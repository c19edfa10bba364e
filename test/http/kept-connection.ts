/** Requests one after another over the connections of an agent. */
import { type Agent, request } from 'node:http';

/** So long a server may leave a connection unread before the test gives up. */
const patienceMs = 10_000;

/** @returns the status, and whether the connection had served another request before; GET without a body, else POST */
export function sendOver(agent: Agent, url: string, body?: string): Promise<{ status: number; isReused: boolean }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      agent,
      method: body === undefined ? 'GET' : 'POST',
      headers: body === undefined ? {} : { 'content-type': 'application/json', 'content-length': body.length },
      signal: AbortSignal.timeout(patienceMs),
    });
    sent.once('error', reject);
    sent.once('response', (response) => {
      const { statusCode: status = 0 } = response;
      response.resume().once('error', reject);
      response.once('end', () => resolve({ status, isReused: sent.reusedSocket }));
    });
    sent.end(body);
  });
}
