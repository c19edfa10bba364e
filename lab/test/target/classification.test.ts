/** The classification is made from results alone, and shown in a report in both languages. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseResults } from '../../src/report/schema.ts';
import { writeReport } from '../../src/report/write.ts';
import type { ExperimentResult, Json, Verdict } from '../../src/results.ts';
import { classify } from '../../src/target/classification.ts';
import { classificationResult } from '../../src/target/classification-result.ts';
import { retellTarget } from '../../src/target/retell-target.ts';
import type { TargetResults } from '../../src/target/run-target.ts';
import { classificationWords } from '../../src/target/words/index.ts';
import { reportWordsOf } from '../../src/target/words/report.ts';
import { formFile } from './fixture-file.ts';
import { runDescription } from './run-file.ts';

function ran(id: string, verdicts: Record<string, Verdict>, observations: Json = null): ExperimentResult {
  return {
    id,
    title: 'title',
    question: 'question?',
    status: 'ran',
    durationMs: 1,
    headline: 'headline',
    design: [],
    observations,
    tables: [],
    charts: [],
    hypotheses: Object.entries(verdicts).map(([name, verdict]) => ({
      id: name,
      statement: 'statement',
      verdict,
      evidence: `evidence of ${id} ${name}`,
    })),
    findings: [],
    limits: [],
  };
}

const notRun = (id: string, reason: string): ExperimentResult => ({
  ...ran(id, { H1: 'not-run', H2: 'not-run' }),
  status: 'not-run',
  reason,
});

const trial = { first: { status: 200, outcome: 'recognised' }, lastAcceptedMs: 12, isOver: true };
const answer = (request: string, status: number | string) => ({ request, status });

describe('classify', () => {
  test('reads each answer from the experiment that asked', () => {
    const stopped = { answers: [answer('whoami', 503), answer('whoami', 500), answer('login', 503)] };
    const classification = classify(
      [
        ran('1.2', { H1: 'confirmed', H2: 'conditional' }),
        ran('1.3', { H1: 'refuted' }),
        ran('2.2', { H1: 'refuted' }),
        ran('2.3', { H1: 'confirmed' }, { stopped, frozen: { answers: [answer('whoami', 'timeout')] } }),
        ran(
          '3.3',
          { H1: 'confirmed', H2: 'refuted' },
          { trials: [trial, { ...trial, first: { status: 401, outcome: 'logged-out' } }] },
        ),
        ran('5.1', { H1: 'undecided' }),
        notRun('3.1', 'why'),
      ],
      'left out',
    );
    expect(classification).toEqual({
      shared: { value: 'partly', evidence: 'evidence of 1.2 H2', experiment: '1.2' },
      survivesNodeDeath: { value: false, evidence: 'evidence of 1.3 H1', experiment: '1.3' },
      survivesNodeRestart: { value: 'not-run', reason: 'why', experiment: '3.1' },
      expiry: { value: 'absolute', evidence: 'evidence of 2.2 H1', experiment: '2.2' },
      logoutEffective: { value: true, evidence: 'evidence of 3.3 H1', experiment: '3.3' },
      idChangesAtLogin: { value: 'undecided', evidence: 'evidence of 5.1 H1', experiment: '5.1' },
      staleAcceptsAfterLogout: {
        value: { accepted: 1, trials: 2, longestMs: 12, isOver: true },
        evidence: 'evidence of 3.3 H2',
        experiment: '3.3',
      },
      statusWhenStoreIsDown: {
        value: { stopped: [503, 500], frozen: ['timeout'] },
        evidence: 'evidence of 2.3 H1',
        experiment: '2.3',
      },
    });
    const result = classificationResult(classification, classificationWords('en'));
    expect(result.headline).toBe('partly, lost with a node, absolute, logout effective');
    expect(result.tables[0]?.rows.map(([, value]) => value)).toEqual([
      'partly',
      'no',
      'not run',
      'absolute',
      'yes',
      '1 of 2, for up to 12 ms',
      'not clear',
      '503 ×1, 500 ×1; frozen timeout ×1',
    ]);
  });

  test('says so when nothing was asked', () => {
    const classification = classify([], 'left out');
    expect(new Set(Object.values(classification).map((each) => 'reason' in each && each.reason))).toEqual(
      new Set(['left out']),
    );
    expect(classificationResult(classification, classificationWords('en'))).toMatchObject({
      status: 'not-run',
      tables: [],
    });
  });
});

describe('the report', () => {
  const only = ['0.2', '1.2', '2.2', '5.1'];

  async function reported(results: TargetResults): Promise<{ markdown: string; html: string; stored: TargetResults }> {
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-target-report-'));
    try {
      const { resultsPath, markdownPath, htmlPath } = await writeReport(results, folder, reportWordsOf(results));
      const [json, markdown, html] = await Promise.all(
        [resultsPath, markdownPath, htmlPath].map((path) => readFile(path, 'utf8')),
      );
      return { markdown: markdown ?? '', html: html ?? '', stored: parseResults(json ?? '') as TargetResults };
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  test('names the application, and begins with the classification', async () => {
    const { results } = await runDescription(formFile(), { only });
    const { markdown, html, stored } = await reported(results);
    expect(markdown).toMatch(/^# How Form behaved\n/);
    expect(markdown).toContain('| Sessions shared between the nodes | no |');
    expect(markdown).toContain('| Expiry | not run | The file does not say ttlSeconds. | 2.2 |');
    expect(html).toContain('Lifetime and store');
    expect(markdown + html).not.toMatch(/Sticky sessions|Sessions in Redis/);
    expect(stored.target).toEqual(results.target);
    expect(classify(stored.experiments, classificationWords('en').notAsked)).toEqual(stored.target.classification);
  });

  test('speaks Chinese', async () => {
    const { results, said } = await runDescription(formFile(), {
      only,
      language: 'zh',
      command: 'npm run lab -- --target FILE --lang zh',
    });
    const { markdown } = await reported(results);
    expect(results.language).toBe('zh');
    expect(markdown).toMatch(/^# Form 的表现\n/);
    expect(markdown).toContain('| 会话在节点之间共享 | 否 |');
    expect(markdown).toContain('| 过期方式 | 未运行 | 描述文件中没有 ttlSeconds。 | 2.2 |');
    expect(said).toContain('启动应用');
    const sentences = results.experiments.flatMap(({ title, question, design, limits, findings, hypotheses }) => [
      title,
      question,
      ...design,
      ...limits,
      ...findings,
      ...hypotheses.flatMap(({ statement, evidence }) => [statement, ...(evidence === '' ? [] : [evidence])]),
    ]);
    expect(sentences.filter((sentence) => !/\p{Script=Han}/u.test(sentence))).toEqual([]);

    const inEnglish = retellTarget(results, 'en');
    expect(JSON.stringify(inEnglish)).not.toMatch(/\p{Script=Han}/u);
    expect(retellTarget(inEnglish, 'zh')).toEqual(results);
  });
});
