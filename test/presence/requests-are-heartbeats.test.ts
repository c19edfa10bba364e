/** `presence.trackRequests`: who asks for anything with a session is online, on every framework. */
import { createSallyport } from 'sallyport';
import { expect, it, onTestFinished } from 'vitest';
import { adapters } from '../http/adapters.ts';
import { HttpClient } from '../http/http-client.ts';
import { until } from '../until.ts';

it.each(adapters)(
  '$adapter: a request of a signed-in user is a heartbeat, and one of a visitor is none',
  async ({ start }) => {
    const sallyport = createSallyport({
      environment: { SALLYPORT_TOKEN_SECRET: 'x'.repeat(32) },
      session: { cookie: { allowInsecure: true } },
      presence: { trackRequests: true },
    });
    onTestFinished(() => sallyport.close());
    const { origin, fetch, close } = await start(sallyport);
    onTestFinished(close);
    const visitor = new HttpClient(origin, fetch);
    const ada = new HttpClient(origin, fetch);
    expect((await visitor.send('GET', '/guarded')).status).toBe(401);
    expect((await ada.send('POST', '/login?user=ada')).status).toBe(200);
    expect((await ada.send('GET', '/guarded')).status).toBe(200);
    await until(() => sallyport.presence.isOnline('ada'), true);
    expect(await sallyport.presence.count()).toBe(1);
  },
);

it('nothing is tracked unless it is asked for', async () => {
  const sallyport = createSallyport({ environment: {} });
  expect(sallyport.onUserRequest).toBeUndefined();
  await sallyport.close();
  expect(() => createSallyport({ environment: {}, presence: { heartbeatSeconds: 400 } })).toThrow(
    /presence\.heartbeatSeconds/,
  );
});
