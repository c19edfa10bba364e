/** `examples/live.ts` in a real browser: two pages on two servers, and what becomes of them when links and servers break. */
import { join } from 'node:path';
import { freePort, type RunningProcess, releasePort, startProcess } from '@sallyport/lab/cluster';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launchChromium } from '../lab/test/report/chromium.ts';
import { contentWidthPx, lowContrast } from '../lab/test/report/in-page.ts';
import { startProxy, type TestProxy } from './proxy.ts';
import { useRedisServer } from './redis-server.ts';
import { until } from './until.ts';
import { boxOf, Visitor } from './visitor.ts';

type Browser = Awaited<ReturnType<typeof launchChromium>>;
type Screen = NonNullable<Parameters<Browser['newContext']>[0]>;

const executablePath = findChromium();
const reason = executablePath === undefined ? ' (skipped: no chromium, chromium-browser or google-chrome in PATH)' : '';
const redis = useRedisServer();
const heartbeatMs = 500;

function startServer(name: string, port: number): Promise<RunningProcess> {
  return startProcess({
    name,
    command: process.execPath,
    args: [
      '--import',
      'tsx',
      '--conditions=sallyport-source',
      join(import.meta.dirname, '..', 'examples', 'live', 'server.ts'),
    ],
    env: {
      SERVER_ID: name,
      PORT: String(port),
      REDIS_URL: redis.url,
      TOKEN_SECRET: 'a secret of the tests, the same for both',
      HEARTBEAT_MS: String(heartbeatMs),
    },
    readyWhen: async ({ output }) => output().includes(`${name}: http`),
    deadlineMs: 20_000,
  });
}

describe.skipIf(executablePath === undefined)(`the page of examples/live.ts in Chromium${reason}`, () => {
  let browser: Browser;
  let ports: readonly [number, number];
  let servers: [RunningProcess, RunningProcess];
  let proxy: TestProxy;
  const visitors: Visitor[] = [];

  beforeAll(async () => {
    ports = [await freePort(), await freePort()];
    servers = await Promise.all([startServer('server-1', ports[0]), startServer('server-2', ports[1])]);
    proxy = await startProxy({ targetPort: ports[1] });
    browser = await launchChromium(executablePath ?? '');
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await proxy?.stop();
    await Promise.all((servers ?? []).map((server) => server.stop(2_000)));
    for (const port of ports ?? []) releasePort(port);
  });

  afterEach(async () => {
    await Promise.all(visitors.map(({ page }) => page.context().close()));
    expect(visitors.flatMap(({ complaints }) => complaints)).toEqual([]);
    visitors.length = 0;
  });

  async function visit(name: string, port: number, screen: Screen = {}): Promise<Visitor> {
    const context = await browser.newContext({ reducedMotion: 'reduce', ...screen });
    const visitor = new Visitor(name, await context.newPage());
    visitors.push(visitor);
    await visitor.page.goto(`http://127.0.0.1:${port}`);
    await visitor.comeIn();
    return visitor;
  }

  it('shows people and messages of both servers', async () => {
    const ada = await visit('Ada', ports[0]);
    const lin = await visit('林晓梅', ports[1]);
    expect([await ada.connection(), await lin.connection()]).toEqual(['Live on server-1', 'Live on server-2']);
    await until(() => ada.statusOf('林晓梅'), 'online');
    await until(() => lin.statusOf('Ada'), 'online');
    await ada.say('hello');
    await lin.say('你好 👩🏽‍🚀');
    await until(() => ada.lines('hello'), ['hello', '你好 👩🏽‍🚀']);
    await until(() => lin.lines('hello'), ['hello', '你好 👩🏽‍🚀']);

    await lin.page.getByRole('button', { name: 'Away' }).click();
    await until(() => ada.statusOf('林晓梅'), 'away');
    // A page that is left says goodbye: one that is away would be missed after a minute.
    await lin.page.goto('about:blank');
    await until(() => ada.statusOf('林晓梅'), 'offline');

    const late = await visit('Late', ports[1]);
    await until(() => late.lines('hello'), ['hello', '你好 👩🏽‍🚀']);
  });

  it('keeps rooms apart, and tells that there is something new in another', async () => {
    const ada = await visit('Ada', ports[0]);
    const lin = await visit('Lin', ports[1]);
    const workshop = (visitor: Visitor) => visitor.page.getByRole('button', { name: /Workshop/ });
    await workshop(lin).click();
    await lin.say('in the workshop');
    await until(() => workshop(ada).textContent(), 'Workshopnew');
    expect(await ada.page.getByText('in the workshop').count()).toBe(0);
    await workshop(ada).click();
    await until(() => ada.lines('in the workshop'), ['in the workshop']);
    expect(await workshop(ada).textContent()).toBe('Workshop');
    await ada.page.getByRole('button', { name: /Lobby/ }).click();
    await lin.say('and more');
    await workshop(ada).click();
    await until(() => ada.lines('in the workshop'), ['in the workshop', 'and more']);
  });

  it('shows what was missed while offline, once and in order', async () => {
    const ada = await visit('Ada', ports[0]);
    const lin = await visit('Lin offline', proxy.port);
    await ada.say('before');
    await until(() => lin.lines('before'), ['before']);

    await lin.page.context().setOffline(true);
    proxy.cut();
    await until(() => lin.connection(), 'You are offline');
    await until(() => ada.statusOf('Lin offline'), 'offline');
    for (const text of ['one', 'two', 'three']) await ada.say(text);
    await lin.page.getByLabel('Message').fill('kept');
    await lin.page.keyboard.press('Enter');
    await lin.page.getByText('You are offline. Your text is kept.').waitFor();
    expect(await lin.lines('before')).toEqual(['before']);

    // It asks for no more than what it has missed.
    const asked = lin.page.waitForRequest(/\/rooms\/lobby\/events\?lastEventId=\d+-\d+$/);
    await lin.page.context().setOffline(false);
    await asked;
    await until(() => lin.connection(), 'Live on server-2');
    await until(() => lin.lines('before'), ['before', 'While you were away', 'one', 'two', 'three']);
    await until(() => ada.statusOf('Lin offline'), 'online');
    await lin.page.keyboard.press('Enter');
    await until(() => ada.lines('before'), ['before', 'one', 'two', 'three', 'kept']);
    await until(() => lin.lines('before'), ['before', 'While you were away', 'one', 'two', 'three', 'kept']);
  });

  it('notices a link that is dead without a word', async () => {
    const ada = await visit('Ada', ports[0]);
    const lin = await visit('Lin', proxy.port);
    await ada.say('before the hole');
    await until(() => lin.lines('before the hole'), ['before the hole']);
    proxy.blackHole();
    await until(() => lin.connection(), 'Connection lost, trying again');
    await ada.say('into the hole');
    await proxy.heal();
    await until(() => lin.lines('before the hole'), ['before the hole', 'While you were away', 'into the hole']);
  });

  it('comes back to its server when that was killed and started again', async () => {
    const ada = await visit('Ada', ports[0]);
    const lin = await visit('Lin', ports[1]);
    await ada.say('before the kill');
    await until(() => lin.lines('before the kill'), ['before the kill']);
    await servers[1].kill();
    await until(() => lin.connection(), 'Connection lost, trying again');
    await ada.say('while it was down');
    // The browser itself connects again with a header, or the page with a query: both say what was had.
    const answered = lin.page.waitForResponse(/\/rooms\/lobby\/events/);
    servers[1] = await startServer('server-2', ports[1]);
    const request = (await answered).request();
    const headers = await request.allHeaders();
    const { searchParams } = new URL(request.url());
    expect(headers['last-event-id'] ?? searchParams.get('lastEventId')).toMatch(/^\d+-\d+$/);
    await until(() => lin.connection(), 'Live on server-2');
    await until(() => lin.lines('before the kill'), ['before the kill', 'While you were away', 'while it was down']);
    // The new server has heard nothing but what the pages have said since.
    await until(() => lin.statusOf('Ada'), 'online');
    await lin.say('here again');
    await until(() => ada.lines('while it was down'), ['while it was down', 'here again']);
  });

  it('keeps what could not be sent, and shows it once although it was sent twice', async () => {
    const ada = await visit('Ada', ports[0]);
    const lin = await visit('Lin', ports[1]);
    await ada.say('before the frost');
    await redis.freeze();
    try {
      await ada.page.getByLabel('Message').fill('twice?');
      await ada.page.keyboard.press('Enter');
      await ada.page.getByText('The server cannot reach Redis. Please try again.').waitFor();
      expect(await ada.page.getByLabel('Message').inputValue()).toBe('twice?');
    } finally {
      await redis.thaw();
    }
    // The frozen Redis had it in its socket, and publishes it after all.
    await until(() => lin.lines('before the frost'), ['before the frost', 'twice?']);
    await until(async () => {
      await ada.page.getByRole('button', { name: 'Send' }).click();
      return ada.page.getByLabel('Message').inputValue();
    }, '');
    await lin.say('and on');
    const all = ['before the frost', 'twice?', 'and on'];
    await until(() => ada.lines('before the frost'), all);
    await until(() => lin.lines('before the frost'), all);
  });

  it('shows a script as text', async () => {
    const ada = await visit('<img src=x onerror=alert(1)>', ports[0]);
    const lin = await visit('Lin', ports[1]);
    const script = '<script>document.title = "taken"</script><img src=x onerror="document.title = \'taken\'">';
    await ada.say(script);
    await until(() => lin.lines(script), [script]);
    for (const { page } of [ada, lin]) {
      expect(await page.locator('#log img, #log script, #people img').count()).toBe(0);
      expect(await page.title()).toBe('Live');
    }
    // Nor could a mistake of ours make HTML of it.
    await expect(lin.page.evaluate("document.body.innerHTML = '<i>x</i>'")).rejects.toThrow(/TrustedHTML/);
    lin.complaints.length = 0;
  });

  it('is written to with the keyboard alone', async () => {
    const ada = await visit('Ada', ports[0]);
    const { keyboard } = ada.page;
    await keyboard.type('first line');
    await keyboard.press('Shift+Enter');
    await keyboard.type('second line');
    // Enter that ends the choice of a character does not send.
    await ada.page.evaluate(
      "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true }))",
    );
    await keyboard.press('Enter');
    await until(() => ada.lines('first line\nsecond line'), ['first line\nsecond line']);
    expect(await ada.page.locator('.message.mine').count()).toBe(1);
  });

  it.each<Screen & { name: string }>([
    { name: 'wide and light', viewport: { width: 1280, height: 800 }, colorScheme: 'light' },
    { name: 'wide and dark', viewport: { width: 1280, height: 800 }, colorScheme: 'dark' },
    { name: 'a phone, light', viewport: { width: 390, height: 844 }, colorScheme: 'light' },
    { name: 'a narrow phone, dark', viewport: { width: 320, height: 568 }, colorScheme: 'dark' },
  ])('fits: $name', async ({ name, ...screen }) => {
    const lin = await visit('Lin', ports[1]);
    const ada = await visit('Ada of the very long name', ports[0], screen);
    await lin.say(`${name}: ${'w'.repeat(300)}`);
    await ada.say('short');
    await ada.page.getByText('w'.repeat(300)).last().waitFor();
    const toggle = ada.page.getByRole('button', { name: /online$/ });
    if (await toggle.isVisible()) await toggle.click();
    expect(await ada.page.evaluate(contentWidthPx)).toBeLessThanOrEqual(screen.viewport?.width ?? 0);
    expect(await ada.page.evaluate(lowContrast)).toEqual([]);
    const { page } = ada;
    const writing = await boxOf(page.getByLabel('Message'));
    const send = await boxOf(page.getByRole('button', { name: 'Send' }));
    const away = await boxOf(page.getByRole('button', { name: 'Away' }));
    for (const { y, height } of [send, away]) expect(y + height).toBeLessThanOrEqual(screen.viewport?.height ?? 0);
    // Beside each other, with most of the room for what is written.
    expect(Math.abs(writing.y - send.y)).toBeLessThan(5);
    expect(writing.x + writing.width).toBeLessThanOrEqual(send.x);
    expect(writing.width).toBeGreaterThan(2 * send.width);
  });
});
