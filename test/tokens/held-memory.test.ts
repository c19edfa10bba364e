import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('./held-memory-main.ts', import.meta.url));

describe('what one server holds in memory', () => {
  it.each([
    ['tokens', 150],
    ['cut-offs', 200],
  ])('takes so few bytes for each of 100,000 %s, however long the ids are: %i', async (kind, most) => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', '--import', 'tsx', main, kind]);
    expect(Number(stdout)).toBeGreaterThan(20);
    expect(Number(stdout)).toBeLessThanOrEqual(most);
  });
});
