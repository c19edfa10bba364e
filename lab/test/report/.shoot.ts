import { mkdirSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { renderHtml } from '/work/main/lab/src/report/html.ts';
import { sampleResults } from '/work/main/lab/test/report/sample-results.ts';

const t = Date.now();
const page = await renderHtml(sampleResults);
console.log('render ms', Date.now() - t, 'bytes', page.length);
mkdirSync('/tmp/report-shots', { recursive: true });
writeFileSync('/tmp/report-shots/report.html', page);
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
for (const [name, scheme, width, height] of [
  ['light', 'light', 1366, 860],
  ['dark', 'dark', 1366, 860],
  ['phone', 'light', 390, 844],
  ['phone-dark', 'dark', 390, 844],
  ['tablet', 'light', 768, 1024],
] as const) {
  const p = await browser.newPage({
    viewport: { width, height },
    colorScheme: scheme,
    deviceScaleFactor: width < 500 ? 2 : 1,
  });
  p.on('console', (m) => console.log(name, m.type(), m.text()));
  p.on('pageerror', (e) => console.log(name, 'ERR', e.message));
  await p.goto('file:///tmp/report-shots/report.html');
  console.log(
    name,
    await p.evaluate(() => [document.documentElement.scrollWidth, innerWidth, document.documentElement.scrollHeight]),
  );
  await p.screenshot({ path: `/tmp/report-shots/${name}-first.png` });
  const h = await p.evaluate(() => document.documentElement.scrollHeight);
  const step = width < 500 ? 1700 : 1500;
  await p.setViewportSize({ width, height: step });
  for (let y = 0, i = 0; y < h; y += step - 60, i++) {
    await p.evaluate((y) => scrollTo({ top: y, behavior: 'instant' }), y);
    await p.waitForTimeout(60);
    await p.screenshot({ path: `/tmp/report-shots/${name}-${i}.png` });
  }
  await p.close();
}
const p = await browser.newPage({ colorScheme: 'dark' });
await p.goto('file:///tmp/report-shots/report.html');
await p.pdf({
  path: '/tmp/report-shots/print.pdf',
  format: 'A4',
  margin: { top: '15mm', bottom: '15mm', left: '15mm', right: '15mm' },
});
await p.emulateMedia({ media: 'print' });
for (let i = 0; i < 4; i++) {
  await p.evaluate((y) => scrollTo({ top: y, behavior: 'instant' }), i * 1340);
  await p.screenshot({ path: `/tmp/report-shots/print-${i}.png` });
}
await browser.close();
