/** A server of the application: signs users in when it is told to, and tells of each login as soon as it is answered. */
import { createSallyport, type Sallyport } from 'sallyport';
import { SessionLimitError } from 'sallyport/sessions';
import type { LoginAnswer, LoginOrder, LoginPlace } from './login-messages.ts';

const deadlineMs = 5_000;
const apps = new Map<string, Sallyport>();

function appOf(place: LoginPlace): Sallyport {
  const name = JSON.stringify(place);
  const known = apps.get(name);
  if (known !== undefined) return known;
  const { url, namespace, layout, devices } = place;
  const app = createSallyport({ redis: url, namespace, deadlineMs, environment: {}, session: { layout, devices } });
  apps.set(name, app);
  return app;
}

async function signIn({ sessions }: Sallyport, userId: string): Promise<LoginAnswer> {
  try {
    const { id } = await sessions.login(undefined, { userId }, { device: { type: 'phone' } });
    return { status: 'signed-in', id };
  } catch (error) {
    if (error instanceof SessionLimitError) return { status: 'refused' };
    return { status: 'failed', message: String(error) };
  }
}

process.on('message', async ({ place, userId, logins, atOnce }: LoginOrder) => {
  const app = appOf(place);
  if (logins === 0) await app.redis?.command(['GET', userId]);
  let left = logins;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left-- > 0) process.send?.(await signIn(app, userId));
    }),
  );
  process.send?.('done');
});
process.send?.('ready');
// Nothing is left running when the proof has died.
process.on('disconnect', () => process.exit());
