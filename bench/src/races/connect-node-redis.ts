import { createClient } from 'redis';

/** The client that the peers' documentation uses, connected; connect-redis takes it as it is. */
export async function connectNodeRedis(url: string): Promise<{ destroy(): void }> {
  const client = createClient({ url });
  // Without a listener an error of the connection would end the process; a command that suffers from it rejects.
  client.on('error', () => {});
  await client.connect();
  return client;
}
