import { describe, expect, it } from 'vitest';
import { isolation } from '../../src/experiments/l12-isolation/index.ts';
import { experimentsIn } from '../../src/experiments/registry.ts';
import { parseResults } from '../../src/report/schema.ts';
import { retell } from '../../src/run/retell.ts';
import { atEach } from '../experiments/made-up.ts';
import { experiment, programs, run } from './made-up-experiment.ts';

const observed = {
  servers: ['sticky-1', 'sticky-2'],
  login: { status: 200, server: 'sticky-1' },
  direct: { statuses: atEach([200, 401]).statuses, answers: [] },
  held: { before: [], after: [] },
  trials: [],
  misrouted: [],
};

const english = { ...isolation('en'), run: async () => observed };

describe('a run that is told in another language', () => {
  it('says there what a run in that language says, and back again', async () => {
    const { results } = await run([english]);
    const chinese = retell(results, experimentsIn('zh'), 'zh');
    expect(chinese.language).toBe('zh');
    expect(chinese.command).toBe('npm run lab --lang zh');
    expect(chinese.experiments[0]).toMatchObject({
      title: '会话保存在单台服务器的内存中',
      observations: observed,
      durationMs: results.experiments[0]?.durationMs,
    });
    expect(chinese.experiments[0]?.hypotheses.map(({ verdict }) => verdict)).toEqual(
      results.experiments[0]?.hypotheses.map(({ verdict }) => verdict),
    );
    const inChinese = await run([{ ...isolation('zh'), run: async () => observed }], { language: 'zh' });
    const durationMs = results.experiments[0]!.durationMs;
    expect(chinese.experiments).toEqual(inChinese.results.experiments.map((result) => ({ ...result, durationMs })));
    expect(parseResults(JSON.stringify(chinese))).toEqual(chinese);
    expect(retell(chinese, experimentsIn('en'), 'en')).toEqual(results);
  });

  it('knows the reasons of the lab in every language, and leaves the message of an error as it was', async () => {
    const waits = experiment('1.1', {
      run: async (context) => {
        await context.wait(60_000);
        return null;
      },
    });
    const { redisServer: _, ...without } = await programs();
    const fails = experiment('1.2', { run: () => Promise.reject(new Error('the reason it failed')) });
    const { results } = await run([waits, fails, experiment('2.1', { requires: ['redis'] })], {
      timeLimitMs: 1000,
      programs: without,
    });
    const told = retell(results, experimentsIn('zh'), 'zh');
    expect(told.experiments.map(({ reason }) => reason)).toEqual([
      '1 s 之后仍未完成，已停止。',
      'the reason it failed',
      '需要 redis-server，但本机没有。',
    ]);
    expect(told.experiments[2]?.remedy).toBe('sudo apt-get install -y redis-server');
    expect(parseResults(JSON.stringify(told))).toEqual(told);
    expect(retell(told, experimentsIn('en'), 'en').experiments.map(({ reason }) => reason)).toEqual(
      results.experiments.map(({ reason }) => reason),
    );
  });

  it('leaves a result that no experiment stands for as it is', async () => {
    const { results } = await run([experiment('9.9')]);
    expect(retell(results, experimentsIn('zh'), 'zh').experiments).toEqual(results.experiments);
  });

  it('fails for observations that are not those of the experiment', async () => {
    const { results } = await run([experiment('1.2')]);
    expect(() => retell(results, experimentsIn('zh'), 'zh')).toThrow(TypeError);
  });
});
