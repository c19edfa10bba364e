/** A client of the balancer under test, with a connection per request. */
import { request as httpRequest } from 'node:http';

export interface Question {
  readonly method?: string;
  readonly body?: string;
  /** Sent as X-Forwarded-For. */
  readonly client?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly durationMs: number;
  readonly cookies: readonly string[];
  /** The header X-Upstream. */
  readonly upstream: string;
  readonly text: string;
  readonly json: { readonly id?: string; readonly headers?: Readonly<Record<string, string>> } & Record<
    string,
    unknown
  >;
}

export function ask(url: string, { method = 'GET', body, client, headers }: Question = {}): Promise<Answer> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      url,
      {
        method,
        agent: false,
        timeout: 10_000,
        headers: { ...headers, ...(client === undefined ? {} : { 'X-Forwarded-For': client }) },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({
            status: response.statusCode ?? 0,
            durationMs: performance.now() - startedAt,
            cookies: response.headers['set-cookie'] ?? [],
            upstream: String(response.headers['x-upstream'] ?? ''),
            text,
            json: text.startsWith('{') ? JSON.parse(text) : {},
          });
        });
      },
    );
    request.on('timeout', () => request.destroy(new Error('The balancer did not answer within 10 s.')));
    request.on('error', reject);
    request.end(body);
  });
}

/** The id of the server that answered. */
export function serverOf({ json, status, text }: Answer): string {
  if (json.id === undefined) throw new Error(`No server answered: ${status} ${text}`);
  return json.id;
}

/** How often the request was passed on to a further server. */
export function retryCount({ upstream }: Answer): number {
  return upstream.split(',').length - 1;
}

/** IPv4 addresses that are the same in every run and follow no pattern, since ip_hash is linear. */
export function randomAddresses(count: number): string[] {
  let state = 20_240_607;
  const octet = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return 1 + ((state >>> 16) % 254);
  };
  return Array.from({ length: count }, () => [octet(), octet(), octet(), octet()].join('.'));
}
