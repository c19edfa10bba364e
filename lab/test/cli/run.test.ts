import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LabResults } from '../../src/results.ts';
import { isAlive, until } from '../cluster/until.ts';
import { descendants, folder, runLab, startLab } from './lab-process.ts';

async function resultsIn(out: string): Promise<LabResults> {
  return JSON.parse(await readFile(join(out, 'results.json'), 'utf8')) as LabResults;
}

describe('sallyport-lab', { timeout: 60_000 }, () => {
  it('runs an experiment, shows its verdicts and writes the report', async () => {
    const out = join(await folder(), 'report');
    const { code, stdout, stderr } = await runLab(['--only', '1.2', '--quick', '--seed', '7', '--out', out], {
      NO_COLOR: '1',
    });
    expect(code).toBe(0);
    expect(stderr).toContain('seed 7');
    expect(stdout).toContain('● confirmed');
    expect(stdout).toContain('200 / 401 / 401');
    expect(stdout).toContain('1 of 1 experiments ran');
    expect(stdout).toContain(join(out, 'report.html'));
    expect(stdout + stderr).not.toContain('\u001b');
    const results = await resultsIn(out);
    expect(results).toMatchObject({ seed: 7, mode: 'quick', timeScale: 0.1, interrupted: false });
    expect(results.command).toBe('npm run lab -- --quick --only 1.2 --seed 7');
    expect(results.experiments).toHaveLength(1);
    expect(results.experiments[0]).toMatchObject({
      id: '1.2',
      status: 'ran',
      observations: { direct: { statuses: [200, 401, 401] } },
    });
    expect(await readFile(join(out, 'report.md'), 'utf8')).toContain('200 / 401 / 401');
    expect(await readFile(join(out, 'report.html'), 'utf8')).toContain('</html>');
  });

  it('speaks Chinese, and its report can be had in English', async () => {
    const out = await folder();
    const lab = await runLab(['--only', '1.2', '--quick', '--seed', '7', '--lang', 'zh', '--out', out]);
    expect(lab.code).toBe(0);
    expect(lab.stderr).toContain('1 个实验，快速模式，随机种子 7。');
    expect(lab.stderr).toContain('启动方案 sticky');
    expect(lab.stderr).toContain('● H1 证实');
    expect(lab.stdout).toContain('● 证实');
    expect(lab.stdout).toContain('1 个实验运行了 1 个');
    const chinese = await resultsIn(out);
    expect(chinese).toMatchObject({ language: 'zh', command: 'npm run lab -- --quick --only 1.2 --seed 7 --lang zh' });
    const page = await readFile(join(out, 'report.html'), 'utf8');
    expect(page).toContain('<html lang="zh-Hans"');
    expect(page).toContain('npm run lab -- --only 1.2 --quick --seed 7 --lang zh');

    const elsewhere = await folder();
    const rebuilt = await runLab(['report', join(out, 'results.json'), '--lang', 'en', '--out', elsewhere]);
    expect(rebuilt).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Report: /) });
    const english = await resultsIn(elsewhere);
    expect(english).toMatchObject({ language: 'en', command: 'npm run lab -- --quick --only 1.2 --seed 7' });
    expect(english.experiments[0]?.observations).toEqual(chinese.experiments[0]?.observations);
    expect(JSON.stringify(english)).not.toMatch(/[\u4e00-\u9fff]/);
    expect(await readFile(join(elsewhere, 'report.html'), 'utf8')).toContain('<html lang="en"');
  });

  it('prints nothing but the results to standard output with --json', async () => {
    const out = await folder();
    const { code, stdout, stderr } = await runLab(['--json', '--only', '1.2', '--quick', '--out', out]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(await resultsIn(out));
    expect(stderr).toContain('● confirmed');
  });

  it('stops everything at Ctrl-C and still writes what is known', async () => {
    const out = await folder();
    const lab = startLab(['--only', '1.2,1.3,2.1', '--quick', '--out', out]);
    await lab.said('12 users log in');
    const pids = descendants(lab.child.pid ?? -1);
    // Three servers, the balancer with a worker, and the watcher.
    expect(pids.length).toBeGreaterThanOrEqual(6);
    lab.child.kill('SIGINT');
    const { code, stdout, stderr } = await lab.exited;
    expect(code).toBe(1);
    expect(stderr).toContain('Interrupted: stopping the servers and writing the report.');
    expect(stdout).toContain('1 of 3 experiments ran');
    expect(stdout).toContain('1.3 did not run: interrupted');
    const results = await resultsIn(out);
    expect(results.interrupted).toBe(true);
    expect(results.experiments.map(({ id, status }) => [id, status])).toEqual([
      ['1.2', 'ran'],
      ['1.3', 'not-run'],
      ['2.1', 'not-run'],
    ]);
    expect(await readFile(join(out, 'report.html'), 'utf8')).toContain('</html>');
    await until(() => !pids.some(isAlive), 'all servers are gone', 5000);
  });

  it('ends at once at a second Ctrl-C, and leaves nothing running', async () => {
    const lab = startLab(['--only', '1.3', '--quick', '--out', await folder()]);
    await lab.said('SIGSTOP to');
    const pids = descendants(lab.child.pid ?? -1);
    lab.child.kill('SIGINT');
    await lab.said('Interrupted');
    const again = setInterval(() => lab.child.kill('SIGINT'), 50);
    const { code } = await lab.exited;
    clearInterval(again);
    // 1 if the first one was through before the second counted.
    expect([1, 130]).toContain(code);
    await until(() => !pids.some(isAlive), 'all servers are gone', 5000);
  });

  it('leaves nothing running when it is killed', async () => {
    const lab = startLab(['--only', '1.3', '--quick', '--out', await folder()]);
    await lab.said('12 users log in');
    const pids = descendants(lab.child.pid ?? -1);
    lab.child.kill('SIGKILL');
    expect(await lab.exited).toMatchObject({ signal: 'SIGKILL' });
    await until(() => !pids.some(isAlive), 'all servers are gone', 5000);
  });
});
