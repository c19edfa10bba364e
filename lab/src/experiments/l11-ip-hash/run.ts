/** What experiment 1.1 does. */
import type { LabContext } from '../context.ts';
import { LabClient } from '../lab-client.ts';
import type { AddressChange, Destination, IpHashObservations } from './analyse.ts';
import type { IpHashWords } from './words.ts';

export async function runIpHash(context: LabContext, words: IpHashWords): Promise<IpHashObservations> {
  const { servers, balancer } = await context.startScheme('sticky');
  const client = new LabClient();

  async function destinationOf(address: string): Promise<Destination> {
    context.signal.throwIfAborted();
    client.address = address;
    const { status, server } = await client.request(balancer.url, '/health');
    return { status, server };
  }
  async function repeat(address: string, times: number): Promise<{ address: string; requests: Destination[] }> {
    const requests: Destination[] = [];
    while (requests.length < times) requests.push(await destinationOf(address));
    return { address, requests };
  }
  async function change(kind: AddressChange['kind'], from: string, to: string): Promise<AddressChange> {
    return { kind, from: await destinationOf(from), to: await destinationOf(to) };
  }

  context.progress(words.progress.single(20));
  const single = await repeat(context.random.address(), 20);

  context.progress(words.progress.few(5, 10));
  const clients = [];
  for (let index = 0; index < 10; index++) clients.push(await repeat(context.random.address(), 5));

  const many = context.count({ quick: 300, default: 600, full: 3000 });
  context.progress(words.progress.many(many));
  const spread = [];
  for (let index = 0; index < many; index++) {
    const address = context.random.address();
    spread.push({ address, ...(await destinationOf(address)) });
  }

  const draws = context.count({ quick: 150, default: 400, full: 2000 });
  context.progress(words.progress.changes(draws));
  const changes: AddressChange[] = [];
  for (let index = 0; index < draws; index++) {
    changes.push(await change('random', context.random.address(), context.random.address()));
  }
  for (let index = 0; index < draws / 5; index++) {
    const [a = '', b = '', c = '', d = ''] = context.random.address().split('.');
    changes.push(await change('host', [a, b, c, d].join('.'), [a, b, c, (Number(d) % 254) + 1].join('.')));
    changes.push(await change('network', [a, b, c, d].join('.'), [a, b, (Number(c) + 1) % 256, d].join('.')));
  }
  return { servers: servers.map(({ id }) => id), single, clients, spread, changes };
}
