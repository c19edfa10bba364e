import { describe, expect, it } from 'vitest';
import { recommendationLines } from '../../src/cli/recommendation-lines.ts';
import type { LabSummary, SummaryTable } from '../../src/results.ts';
import { expectChinese } from '../experiments/chinese.ts';
import { atEach, loggedOut, without } from '../experiments/made-up.ts';
import { denyList, isolation, redisDown, serverLoss, sharedSession, stateless } from './made-up-behaviour.ts';
import { cost, denyListCost, throughput } from './made-up-measurements.ts';
import {
  type MadeUpOptions,
  madeUpResults,
  madeUpSummary,
  type Observed,
  olderUsual,
  usual,
  usualBytes,
  usualCpuMs,
  usualListCpuMs,
} from './made-up-results.ts';

const tableTexts = ({ title, columns, rows, notes }: SummaryTable): string[] =>
  [title, ...columns, ...rows.flat(), ...notes].map(String);

function textsOf({ recommendations, features, performance, claims, ...rest }: LabSummary): string[] {
  return [
    ...recommendations.flatMap(({ kind, needs, choice, reasons, cautions }) => [
      kind,
      needs,
      choice,
      ...reasons,
      ...cautions,
    ]),
    ...[features, performance, claims].flatMap(tableTexts),
    ...rest.findings.map(({ text }) => text),
    ...rest.differences.flatMap(({ statement, evidence }) => [statement, evidence]),
    ...rest.problems.map(({ text }) => text),
    ...rest.next.map(({ text }) => text),
  ];
}

const decisionsOf = ({ recommendations, next, problems }: LabSummary): unknown => ({
  recommendations: recommendations.map(({ id, by, outcome, schemes }) => [id, by, outcome, schemes]),
  counts: [next.length, problems.length],
});

const controlFails = { ...usualCpuMs, 'sticky-again': 0.5 };
const few = { sticky: 0.2, jwt: 0.3 };
const runs: Readonly<Record<string, readonly [Observed, MadeUpOptions?]>> = {
  'an ordinary one': [usual],
  'one of an older lab': [olderUsual],
  nothing: [{}],
  'one of which a part failed': [usual, { failed: ['1.2', '2.3', '4.2'] }],
  'noisy figures': [{ ...usual, '4.2': throughput(usualCpuMs, 0.6), '4.3': cost(usualCpuMs, usualBytes, 0.6) }],
  'controls that fail': [
    {
      ...usual,
      '3.3': denyList({ cost: denyListCost({ ...usualListCpuMs, 'jwt-again': 0.5 }) }),
      '4.2': throughput(controlFails),
      '4.3': cost(controlFails, { sticky: 1500 }),
    },
  ],
  'too little to compare': [{ ...usual, '4.2': throughput(few), '4.3': cost(few, usualBytes) }],
  'all against the usual wisdom': [
    {
      ...usual,
      '1.2': { ...isolation(200), logout: loggedOut('sticky-1', [200, 200, 200], [200, 401, 200]) },
      '1.3': serverLoss([200, 401]),
      '2.1': sharedSession({
        removed: atEach([200, 200, 200]),
        direct: atEach([401, 401, 401]),
        logout: loggedOut('redis-1', [200, 200, 200], [401, 200, 200]),
        death: { ...sharedSession().death!, killed: without('redis-3', [401, 401, 'refused']) },
      }),
      '2.3': redisDown(200),
      '3.1': stateless(
        { loggedOut: atEach([401, 200, 401]), loggedOutDown: atEach([503, 503, 503]) },
        { killed: without('jwt-1', ['refused', 401, 200]) },
      ),
    },
  ],
  'unclear answers': [{ ...usual, '1.2': isolation('timeout'), '1.3': serverLoss([502, 502]) }],
};

describe('the summary in both languages', () => {
  it.each(Object.entries(runs))('says the same of %s', (_, [observed, options]) => {
    const english = madeUpSummary(observed, options);
    const chinese = madeUpSummary(observed, { ...options, language: 'zh' });
    expect(decisionsOf(chinese)).toEqual(decisionsOf(english));
    const [inEnglish, inChinese] = [textsOf(english), textsOf(chinese)];
    expect(inChinese).toHaveLength(inEnglish.length);
    for (const [index, text] of inChinese.entries()) expectChinese(text, inEnglish[index]!);
    for (const text of inEnglish) expect(text).not.toMatch(/[\u4e00-\u9fff]/);
  });

  it('repeats its commands in the language of the run', () => {
    const { recommendations, next, problems } = madeUpSummary({}, { language: 'zh', failed: ['1.2'] });
    const commands = [
      ...recommendations.map(({ command }) => command),
      ...next.map(({ command }) => command),
      ...problems.map(({ remedy }) => remedy),
    ];
    for (const command of commands) expect(command).toMatch(/^npm run lab -- --only [\d.,]+ --quick .*--lang zh$/);
  });
});

describe('the last lines on the terminal', () => {
  it('recommend by size of project, in at most six lines', () => {
    const summary = madeUpSummary(usual);
    expect(recommendationLines({ ...madeUpResults(usual), summary })).toEqual([
      'What the figures of this run speak for:',
      '  Small project: JWT',
      '  Medium to large project: JWT with a deny-list',
      '  API service: JWT',
    ]);
    const nothing = recommendationLines({ ...madeUpResults({}), summary: madeUpSummary({}) });
    expect(nothing.length).toBeLessThanOrEqual(6);
    expect(nothing[1]).toMatch(/^ {2}Small project: Not decided: .* To decide it: npm run lab -- --only /);
  });

  it('are Chinese in Chinese', () => {
    for (const observed of [usual, {}]) {
      const [english, chinese] = (['en', 'zh'] as const).map((language) =>
        recommendationLines({
          ...madeUpResults(observed, { language }),
          summary: madeUpSummary(observed, { language }),
        }),
      );
      const withoutCommand = (line: string) => line.replace(/npm run lab .*$/, '');
      for (const [index, line] of chinese!.entries())
        expectChinese(withoutCommand(line), withoutCommand(english![index]!));
    }
  });

  it('are none without a summary', () => {
    expect(recommendationLines(madeUpResults(usual))).toEqual([]);
  });
});
