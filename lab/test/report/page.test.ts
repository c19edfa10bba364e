import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseResults } from '../../src/report/schema.ts';
import { writeReport } from '../../src/report/write.ts';
import type { LabResults } from '../../src/results.ts';
import { chineseResults } from './chinese-results.ts';
import { findChromium, launchChromium } from './chromium.ts';
import { hostileResults } from './hostile-results.ts';
import { contentWidthPx, cutCards, cutChartTexts, focusedText, ground, headingLevels, lowContrast } from './in-page.ts';
import { sampleResults } from './sample-results.ts';
import { sampleSummary } from './sample-summary.ts';

const english: LabResults = { ...sampleResults, summary: sampleSummary('en') };
const inChinese: LabResults = { ...chineseResults, summary: sampleSummary('zh') };

const executablePath = findChromium();
const reason = executablePath === undefined ? ' (skipped: no chromium, chromium-browser or google-chrome in PATH)' : '';

interface Screen {
  readonly colorScheme: 'light' | 'dark';
  readonly width: number;
  readonly height: number;
}

const screens: readonly (Screen & { readonly name: string })[] = [
  { name: 'light', colorScheme: 'light', width: 1366, height: 860 },
  { name: 'dark', colorScheme: 'dark', width: 1366, height: 860 },
  { name: 'a tablet', colorScheme: 'light', width: 768, height: 1024 },
  { name: 'a phone', colorScheme: 'light', width: 390, height: 844 },
  { name: 'a phone in the dark', colorScheme: 'dark', width: 390, height: 844 },
  { name: 'a very narrow phone', colorScheme: 'light', width: 320, height: 640 },
];

describe.skipIf(executablePath === undefined)(`report.html in Chromium${reason}`, () => {
  let browser: Browser;
  let folder: string;
  let htmlPath: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sallyport-page-'));
    htmlPath = (await writeReport(english, folder)).htmlPath;
    browser = await launchChromium(executablePath ?? '');
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Opens a page, and gives it to `look`; what it complained of or asked the network for is a failure. */
  async function opened(path: string, screen: Screen, look: (page: Page) => Promise<void>): Promise<void> {
    const context = await browser.newContext({
      viewport: { width: screen.width, height: screen.height },
      colorScheme: screen.colorScheme,
      reducedMotion: 'reduce',
      acceptDownloads: true,
    });
    try {
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('request', (request) => {
        if (!/^(file|data|blob):/.test(request.url())) complaints.push(`request: ${request.url()}`);
      });
      await page.goto(pathToFileURL(path).href);
      await look(page);
      expect(complaints).toEqual([]);
    } finally {
      await context.close();
    }
  }

  it.each(screens)('fits $name without a sideways scroll, and all its text can be read', async (screen) => {
    await opened(htmlPath, screen, async (page) => {
      expect(await page.evaluate(contentWidthPx)).toBeLessThanOrEqual(screen.width);
      expect(await page.evaluate(lowContrast)).toEqual([]);
      expect(await page.locator('#summary .card:visible').count()).toBe(9);
      expect(await page.evaluate(cutCards)).toEqual([]);
      expect(await page.locator('svg.chart-wide:visible, svg.chart-narrow:visible').count()).toBe(6);
      expect(await page.evaluate(ground)).toBe(
        screen.colorScheme === 'dark' ? 'rgb(20, 23, 26)' : 'rgb(251, 250, 247)',
      );
    });
  });

  it.each(screens)('in Chinese fits $name, and cuts no text of a chart off', async (screen) => {
    const chinese = await writeReport(inChinese, join(folder, 'chinese'));
    await opened(chinese.htmlPath, screen, async (page) => {
      expect(await page.evaluate(contentWidthPx)).toBeLessThanOrEqual(screen.width);
      expect(await page.evaluate(lowContrast)).toEqual([]);
      expect(await page.evaluate(cutCards)).toEqual([]);
      expect(await page.evaluate(cutChartTexts)).toEqual([]);
      expect(await page.locator('html').getAttribute('lang')).toBe('zh-Hans');
    });
  });

  it('cuts no text of a chart off', async () => {
    for (const width of [1366, 390]) {
      await opened(htmlPath, { colorScheme: 'light', width, height: 800 }, async (page) => {
        expect(await page.evaluate(cutChartTexts)).toEqual([]);
      });
    }
  });

  it('switches between light and dark, and remembers it', async () => {
    await opened(htmlPath, { colorScheme: 'light', width: 1000, height: 800 }, async (page) => {
      const button = page.getByRole('button', { name: 'Dark theme' });
      expect(await page.evaluate(ground)).toBe('rgb(251, 250, 247)');
      expect(await button.getAttribute('aria-pressed')).toBe('false');
      await button.click();
      expect(await page.evaluate(ground)).toBe('rgb(20, 23, 26)');
      expect(await button.getAttribute('aria-pressed')).toBe('true');
      await page.reload();
      expect(await page.evaluate(ground)).toBe('rgb(20, 23, 26)');
    });
  });

  it('saves the run as the results.json it was made from', async () => {
    await opened(htmlPath, { colorScheme: 'light', width: 1000, height: 800 }, async (page) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Save results.json' }).click(),
      ]);
      expect(download.suggestedFilename()).toBe('results.json');
      const saved = await readFile(await download.path(), 'utf8');
      expect(parseResults(saved)).toEqual(parseResults(JSON.stringify(english)));
      expect(saved === (await readFile(join(folder, 'results.json'), 'utf8'))).toBe(true);
    });
  });

  it('has its landmarks, one first heading, and no level of headings left out', async () => {
    await opened(htmlPath, { colorScheme: 'light', width: 1000, height: 800 }, async (page) => {
      for (const role of ['banner', 'navigation', 'main', 'contentinfo'] as const) {
        expect(await page.getByRole(role).count()).toBe(1);
      }
      const levels = await page.evaluate<number[]>(headingLevels);
      expect(levels.filter((level) => level === 1)).toHaveLength(1);
      for (const [index, level] of levels.entries()) expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
      expect(await page.getByRole('table').first().getByRole('row').count()).toBe(1 + 3 + 9);
      expect(await page.getByRole('img').count()).toBe(6);
    });
  });

  it('keeps the verdict table a table for a screen reader on a phone', async () => {
    await opened(htmlPath, { colorScheme: 'light', width: 390, height: 844 }, async (page) => {
      expect(await page.getByRole('table').first().getByRole('rowheader').count()).toBe(3 + 9);
    });
  });

  it('leads from a verdict to its experiment and back by keyboard', async () => {
    await opened(htmlPath, { colorScheme: 'light', width: 1000, height: 800 }, async (page) => {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(focusedText)).toBe('Skip to the verdicts');
      await page.getByRole('link', { name: 'What happens when Redis dies?' }).focus();
      await page.keyboard.press('Enter');
      const section = page.locator('#experiment-2-3');
      await expect.poll(async () => (await section.boundingBox())?.y ?? -1).toBeLessThan(200);
      expect((await section.boundingBox())?.y).toBeGreaterThanOrEqual(0);
      expect(new URL(page.url()).hash).toBe('#experiment-2-3');
    });
  });

  it('leads from the bar on top to the summary, and from a finding to its experiment', async () => {
    await opened(htmlPath, { colorScheme: 'light', width: 1000, height: 800 }, async (page) => {
      await page.getByRole('navigation').getByRole('link', { name: 'Summary' }).click();
      const section = page.getByRole('region', { name: 'Summary' });
      await expect.poll(async () => (await section.boundingBox())?.y ?? -1).toBeLessThan(200);
      await section.getByRole('link', { name: '1.3' }).first().click();
      expect(new URL(page.url()).hash).toBe('#experiment-1-3');
    });
  });

  it('prints on white, without buttons, within the width of a sheet', async () => {
    await opened(htmlPath, { colorScheme: 'dark', width: 680, height: 900 }, async (page) => {
      await page.emulateMedia({ media: 'print' });
      expect(await page.evaluate(ground)).toBe('rgb(255, 255, 255)');
      expect(await page.locator('button:visible').count()).toBe(0);
      expect(await page.locator('#summary .card:visible').count()).toBe(9);
      expect(await page.evaluate(contentWidthPx)).toBeLessThanOrEqual(680);
      expect(await page.evaluate(lowContrast)).toEqual([]);
    });
  });

  it('runs nothing that a result holds', async () => {
    const hostile = await writeReport(hostileResults, join(folder, 'hostile'));
    for (const width of [1366, 390]) {
      await opened(hostile.htmlPath, { colorScheme: 'light', width, height: 800 }, async (page) => {
        page.on('dialog', (dialog) => {
          throw new Error(`a dialog: ${dialog.message()}`);
        });
        expect(await page.locator('script').count()).toBe(2);
        expect(await page.locator('main img').count()).toBe(0);
        expect(await page.evaluate(contentWidthPx)).toBeLessThanOrEqual(width);
      });
    }
  });
});
