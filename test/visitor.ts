/** People at the page of `examples/live.ts`, for its tests. */
import type { launchChromium } from '../lab/test/report/chromium.ts';
import { until } from './until.ts';

type Page = Awaited<ReturnType<Awaited<ReturnType<typeof launchChromium>>['newPage']>>;

/** A person with a browser of their own. */
export class Visitor {
  readonly name: string;
  readonly page: Page;
  readonly complaints: string[] = [];

  constructor(name: string, page: Page) {
    this.name = name;
    this.page = page;
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      // What is asked for without a network, or of a server that is down, is told as an error by the browser itself.
      if (!message.text().startsWith('Failed to load resource')) this.complaints.push(message.text());
    });
  }

  async comeIn(): Promise<void> {
    await this.page.getByLabel('Your name').fill(this.name);
    await this.page.keyboard.press('Enter');
    await this.page.getByText(/^Live on/).waitFor();
  }

  async say(text: string): Promise<void> {
    await this.page.getByLabel('Message').fill(text);
    await this.page.keyboard.press('Enter');
    await until(() => this.page.getByLabel('Message').inputValue(), '');
  }

  /** What the room shows, notes included, from the first line that is `from` on. */
  async lines(from: string): Promise<string[]> {
    const lines = await this.page.locator('#log .text, #log .note').allTextContents();
    return lines.slice(lines.indexOf(from));
  }

  connection(): Promise<string | null> {
    return this.page.getByRole('status').textContent();
  }

  /** As this page shows it: `online`, or `online, you`. */
  async statusOf(name: string): Promise<string | null> {
    return this.page.locator('.person', { hasText: name }).last().locator('small').textContent();
  }
}

/** Where it is in the window, in pixels. */
export async function boxOf(element: ReturnType<Page['locator']>) {
  const box = await element.boundingBox();
  if (box === null) throw new Error('It is not to be seen.');
  return box;
}
