import { describe, expect, it } from 'vitest';
import { brokenLines, columnsOf } from '../../src/report/line-break.ts';

function inColumns(text: string, columns: number): string[] {
  return brokenLines(text, (line) => columnsOf(line) <= columns);
}

describe('lines', () => {
  it('counts a Chinese character and its punctuation as two columns', () => {
    expect(columnsOf('Redis 宕机。')).toBe(12);
    expect(columnsOf('200 / 401 – ●')).toBe(13);
  });

  it('are broken at spaces in English, as few as fit', () => {
    expect(inColumns('What happens when Redis dies?', 18)).toEqual(['What happens when', 'Redis dies?']);
  });

  it('are broken between Chinese characters, and never leave the width', () => {
    const text = '同一个客户端（IPv4 地址未变）是否总被分到同一台服务器？';
    for (const columns of [10, 15, 24, 40]) {
      const lines = inColumns(text, columns);
      for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(columns);
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
    }
  });

  it('begin with no closing mark and end with no opening one', () => {
    const text = '会话（在内存中）丢失，用户（全部）必须重新登录。';
    for (let columns = 8; columns < 40; columns++) {
      for (const line of inColumns(text, columns)) {
        expect(line).not.toMatch(/^[，。）]/);
        expect(line).not.toMatch(/（$/);
      }
    }
  });

  it('leave a word whole that is wider than the line', () => {
    expect(inColumns('a clockToleranceSeconds b', 10)).toEqual(['a', 'clockToleranceSeconds', 'b']);
  });
});
