/** The words of both languages: none is missing, none is empty, and what is Chinese is so all through. */
import { describe, expect, it } from 'vitest';
import { cliWords } from '../../src/cli/words.ts';
import { experimentIds, experimentsIn } from '../../src/experiments/registry.ts';
import { languages } from '../../src/language.ts';
import { reportWords } from '../../src/report/i18n/report-words.ts';
import { runWords } from '../../src/run/words.ts';
import { summaryWords } from '../../src/summary/words.ts';
import { expectChinese } from './chinese.ts';

type Leaf = string | ((...args: never[]) => unknown);

/** Every string and function below a value, by its path. */
function leaves(value: unknown, path = ''): [string, Leaf][] {
  if (typeof value === 'string' || typeof value === 'function') return [[path, value as Leaf]];
  return Object.entries(value as object).flatMap(([key, member]) => leaves(member, `${path}.${key}`));
}

/** What both languages call the same: names, units and the codes of hypotheses. */
const shared = /^(?:–|nginx|H\d|JWT|redis-server)$/;

const pairs: [string, Map<string, Leaf>, Map<string, Leaf>][] = [
  ...experimentIds.map((id): [string, Map<string, Leaf>, Map<string, Leaf>] => {
    const [english, chinese] = languages.map((language) => {
      const { title, question, hypotheses, design, limits } = experimentsIn(language).find((one) => one.id === id)!;
      return new Map(leaves({ title, question, hypotheses, design, limits }));
    });
    return [`experiment ${id}`, english!, chinese!];
  }),
  ['the report', new Map(leaves(reportWords('en'))), new Map(leaves(reportWords('zh')))],
  ['the runner', new Map(leaves(runWords('en'))), new Map(leaves(runWords('zh')))],
  ['the summary', new Map(leaves(summaryWords('en'))), new Map(leaves(summaryWords('zh')))],
  ['the command line', new Map(leaves(cliWords('en'))), new Map(leaves(cliWords('zh')))],
];

describe.each(pairs)('the words of %s', (_, english, chinese) => {
  it('are all there in both languages', () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
    expect(english.size).toBeGreaterThan(0);
  });

  it('are Chinese in Chinese', () => {
    for (const [path, text] of chinese) {
      const inEnglish = english.get(path);
      if (typeof text !== 'string' || typeof inEnglish !== 'string' || path === '.language') continue;
      if (shared.test(text)) expect(text).toBe(inEnglish);
      else {
        expectChinese(text, inEnglish);
        expect(text, path).toMatch(/[\u4e00-\u9fff]/);
      }
    }
  });
});

describe('sentences that are made', () => {
  const facts = {
    ran: 8,
    asked: 9,
    mode: 'quick',
    timeScale: 1,
    seed: 42,
    durationMs: 86_900,
    balancer: 'built-in',
    os: 'Debian',
    cores: 2,
  } as const;

  it('say the same in Chinese', () => {
    const [english, chinese] = [reportWords('en'), reportWords('zh')];
    expectChinese(chinese.runSentence(facts), english.runSentence(facts));
    for (const ms of [20, 1500, 86_900, 3_725_000]) expectChinese(chinese.duration(ms), english.duration(ms));
    for (const scale of [0.1, 1, 3]) expect(chinese.timeScale(scale)).toMatch(/^[\u4e00-\u9fff]/);
    for (const group of ['1', '2', '4', '9']) expectChinese(chinese.schemeOfGroup(group), english.schemeOfGroup(group));
    const bars = ['a 1', 'b 2'];
    expectChinese(chinese.barChartText('x', 'y', bars, 3), english.barChartText('x', 'y', bars, 3));
    const line = {
      xTitle: 'x',
      yTitle: 'y',
      series: [{ name: 'a', count: 3, low: 1, high: 7 }],
      xFrom: 0,
      xTo: 9,
      marks: [{ x: 5, label: 'b' }],
    };
    expectChinese(chinese.lineChartText(line), english.lineChartText(line));
  });

  it('give every reason of the runner in Chinese', () => {
    const causes = [
      { kind: 'interrupted' },
      { kind: 'timed-out', afterSeconds: 60 },
      { kind: 'program-missing', program: 'redis-server' },
    ] as const;
    for (const cause of causes) expectChinese(runWords('zh').notRun(cause), runWords('en').notRun(cause));
    const remedy = 'sudo x';
    expectChinese(runWords('zh').balancerStoodIn(remedy), runWords('en').balancerStoodIn(remedy));
    expectChinese(cliWords('zh').starting(9, 'quick', 42), cliWords('en').starting(9, 'quick', 42));
    expectChinese(cliWords('zh').needs([]), cliWords('en').needs([]));
  });
});
