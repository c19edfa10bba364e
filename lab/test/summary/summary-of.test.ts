import { describe, expect, it } from 'vitest';
import { experimentsIn } from '../../src/experiments/registry.ts';
import { parseResults } from '../../src/report/schema.ts';
import type { LabSummary, Recommendation } from '../../src/results.ts';
import { retell } from '../../src/run/retell.ts';
import { recommendations } from '../../src/summary/advice.ts';
import { applications } from '../../src/summary/applications.ts';
import { measuredIn } from '../../src/summary/measured.ts';
import { factsOf, type SchemeFacts } from '../../src/summary/schemes.ts';
import { summaryOf, withSummary } from '../../src/summary/summary-of.ts';
import { summaryWords } from '../../src/summary/words.ts';
import { atEach, loggedOut } from '../experiments/made-up.ts';
import { isolation, older, redisDown, serverLoss, sharedSession, stateless } from './made-up-behaviour.ts';
import { staleCopiesObserved } from './made-up-copies.ts';
import { cost, throughput } from './made-up-measurements.ts';
import { madeUpResults, madeUpSummary, type Observed, usual, usualBytes, usualCpuMs } from './made-up-results.ts';

function adviceFor(id: string, { recommendations }: LabSummary): Recommendation {
  return recommendations.find((one) => one.id === id)!;
}

const choices = ({ recommendations }: LabSummary): Record<string, string> =>
  Object.fromEntries(recommendations.map(({ id, outcome, schemes }) => [id, [outcome, ...schemes].join(' ')]));

describe('the recommendations', () => {
  it('follow from an ordinary run', () => {
    expect(choices(madeUpSummary(usual))).toEqual({
      small: 'one jwt',
      'medium-to-large': 'one jwt-deny-list',
      'api-service': 'one jwt',
      'few-servers': 'one jwt',
      shop: 'one jwt-deny-list',
      'mobile-api': 'one jwt',
      'single-page': 'one jwt-deny-list',
      microservices: 'one jwt',
      'high-security': 'one jwt-deny-list',
    });
  });

  it('quote the figures that speak for them, and the experiments they are from', () => {
    const shop = adviceFor('shop', madeUpSummary(usual));
    expect(shop).toMatchObject({ by: 'application', kind: 'Shop', choice: 'JWT with a deny-list' });
    expect(shop.needs).toBe(
      'Needs: every server knows the user; the death of a server logs nobody out; logout takes effect at once. ' +
        'Then weighs: little CPU time per request; little memory per user.',
    );
    expect(shop.reasons).toContain('Active logout: yes · 401 / 401 / 401 after the logout (3.3).');
    expect(shop.reasons).toContain('Ruled out: Sticky sessions. Shared across servers: no · 200 / 401 / 401 (1.2).');
    expect(shop.reasons).toContain('Ruled out: JWT. Active logout: no · 200 / 200 / 200 after the logout (3.1).');
    expect(shop.reasons.join(' ')).toMatch(
      /CPU time per request: Redis sessions \/ JWT with a deny-list ×1\.4\d* \(1\.\d+ to 1\.\d+\), higher, each compared with JWT \(4\.3, 3\.3\)\./,
    );
    expect(shop.cautions).toContain('Depends on a service: yes · 503 ×3 while Redis was down (3.1).');
    expect(shop).not.toHaveProperty('command');
  });

  it('change with the data', () => {
    const cheap = (scheme: 'redis' | 'coherent') => ({
      ...usual,
      '4.2': throughput({ ...usualCpuMs, [scheme]: 0.15 }),
      '4.3': cost({ ...usualCpuMs, [scheme]: 0.15 }, usualBytes),
    });
    expect(choices(madeUpSummary(cheap('redis'))).shop).toBe('one redis');
    expect(choices(madeUpSummary(cheap('coherent')))).toMatchObject({
      shop: 'one coherent',
      'high-security': 'one coherent',
    });
    const stale = staleCopiesObserved();
    const late = { ...stale, trials: stale.trials.map((trial) => ({ ...trial, staleMs: 700 })) };
    const slowToTell = adviceFor('shop', madeUpSummary({ ...cheap('coherent'), '2.4': late }));
    expect(slowToTell.reasons.join()).toContain(
      'Ruled out: Coherent sessions. Active logout: no · served for at most 700 ms after 10 logouts (2.4)',
    );
    const cheapSticky = { ...usual, '4.2': throughput({ ...usualCpuMs, sticky: 0.1, 'sticky-again': 0.1 }) };
    expect(choices(madeUpSummary(cheapSticky))['few-servers']).toBe('one sticky');
    const safeSticky = { ...usual, '1.2': isolation(200), '1.3': serverLoss([200, 200]) };
    expect(choices(madeUpSummary(safeSticky))['few-servers']).not.toContain('redis');
    const logoutOfJwt = { ...usual, '3.1': stateless({ loggedOut: atEach([401, 401, 401]) }) };
    expect(choices(madeUpSummary(logoutOfJwt)).shop).toBe('one jwt');
    for (const [without, told] of [
      [older(sharedSession({ removed: atEach([200, 200, 200]) })), 'no (inferred)'],
      [sharedSession({ logout: loggedOut('redis-2', [200, 200, 200], [200, 200, 200]) }), 'no'],
    ] as const) {
      const shop = adviceFor('shop', madeUpSummary({ ...usual, '2.1': without }));
      expect(shop.reasons.join()).toContain(`Ruled out: Redis sessions. Active logout: ${told} · 200 / 200 / 200`);
    }
    const openInOutage = { ...usual, '2.3': redisDown(200) };
    expect(choices(madeUpSummary(openInOutage)).microservices).toBe('one jwt');
    expect(adviceFor('high-security', madeUpSummary(openInOutage)).reasons.join()).toContain(
      'Ruled out: Redis sessions. Who logged out stays out while Redis is down: no',
    );
  });

  it('take either when the costs cannot be told apart, and say how to', () => {
    const dear = { ...usualCpuMs, coherent: 1 };
    const noisy = {
      ...usual,
      '4.2': throughput(dear),
      '4.3': cost({ ...dear, redis: 0.26 }, usualBytes, 0.5),
    };
    const shop = adviceFor('shop', madeUpSummary(noisy));
    expect(shop).toMatchObject({ outcome: 'either', choice: 'Redis sessions or JWT with a deny-list' });
    expect(shop.command).toBe('npm run lab -- --only 3.3,4.3 --seed 424242');
    const full = madeUpSummary(noisy, { changes: { mode: 'default', command: 'npm run lab -- --seed 5' } });
    expect(adviceFor('shop', full).command).toBe('npm run lab -- --only 3.3,4.3 --seed 5 --full');
  });

  it('do not trust a cost whose control failed', () => {
    const failed = {
      ...usual,
      '4.2': throughput({ ...usualCpuMs, 'sticky-again': 0.5 }),
      '4.3': cost({ ...usualCpuMs, 'sticky-again': 0.5 }, usualBytes),
    };
    const few = adviceFor('few-servers', madeUpSummary(failed));
    // CPU time does not count; memory does.
    expect(few.reasons.join(' ')).toContain('not to be trusted, for the A/A control failed (4.2)');
    expect(few.reasons.join(' ')).toContain('Memory per user: Sticky sessions 1500 bytes');
    expect(few.schemes).toEqual(['jwt']);
    expect(adviceFor('shop', madeUpSummary(failed))).toMatchObject({
      outcome: 'either',
      schemes: ['redis', 'jwt-deny-list', 'coherent'],
      command: 'npm run lab -- --only 3.3,4.2,4.3 --seed 424242',
    });
  });

  it('are not decided where something was not measured, and name the command', () => {
    const { '2.1': _, ...without } = usual;
    const shop = adviceFor('shop', madeUpSummary(without));
    expect(shop).toMatchObject({
      outcome: 'undecided',
      choice: 'Not decided: JWT with a deny-list, Coherent sessions or Redis sessions',
      command: 'npm run lab -- --only 2.1 --quick --seed 424242',
    });
    expect(shop.cautions).toContain('Not known from this run: 2.1.');
    const { '4.3': __, ...uncosted } = usual;
    expect(adviceFor('shop', madeUpSummary(uncosted))).toMatchObject({
      outcome: 'undecided',
      command: 'npm run lab -- --only 4.3 --quick --seed 424242',
    });
  });

  it('leave out a scheme of which the lab has no measure, and say so', () => {
    const results = madeUpResults({ ...usual, '1.2': isolation(200), '1.3': serverLoss([200, 200]) });
    const facts = factsOf(results.experiments);
    const measured = measuredIn(results.experiments);
    const shopFor = (schemes: readonly SchemeFacts[]) =>
      recommendations(results, schemes, measured, summaryWords('en')).find(({ id }) => id === 'shop')!;
    expect(shopFor(facts).schemes).toContain('sticky');
    const unknowable = { logout: { status: 'missing', experiments: [] } } as const;
    const withoutMeasure = facts.map((of) =>
      of.scheme === 'sticky' ? { ...of, known: { ...of.known, ...unknowable } } : of,
    );
    const shop = shopFor(withoutMeasure);
    expect(shop.schemes).not.toContain('sticky');
    expect(shop.cautions.join(' ')).toContain('Sticky sessions could not be considered');
  });
});

describe('findings, problems and what is next', () => {
  it('has the key finding of each experiment that ran', () => {
    const results = madeUpResults(usual, { failed: ['2.1'] });
    const { findings } = summaryOf(results);
    expect(findings.map(({ experiment }) => experiment)).toEqual([
      '1.2',
      '1.3',
      '2.3',
      '2.4',
      '3.1',
      '3.3',
      '4.1',
      '4.2',
      '4.3',
    ]);
    for (const { experiment, text } of findings) {
      expect(text).toBe(results.experiments.find(({ id }) => id === experiment)?.findings[0]);
    }
  });

  it('lists where theory and this machine differ', () => {
    const results = madeUpResults(usual);
    const expected = results.experiments.flatMap(({ id, hypotheses }) =>
      hypotheses
        .filter(({ verdict }) => verdict === 'refuted' || verdict === 'conditional')
        .map((hypothesis) => `${id} ${hypothesis.id}`),
    );
    const { differences } = summaryOf(results);
    expect(differences.map(({ experiment, id }) => `${experiment} ${id}`)).toEqual(expected);
    expect(expected).toContain('4.1 H1');
    expect(differences[0]?.evidence).not.toBe('');
  });

  it('lists notices, what did not run, failed controls, and undecided measurements with their reason', () => {
    const failed = { ...usual, '4.2': throughput({ ...usualCpuMs, 'sticky-again': 0.5 }) };
    const summary = madeUpSummary(failed, {
      changes: { notices: ['Ports were moved: 8080 → 18080.'] },
      failed: ['2.3'],
    });
    const texts = summary.problems.map(({ text }) => text);
    expect(texts[0]).toBe('Ports were moved: 8080 → 18080.');
    expect(summary.problems[1]).toEqual({
      text: '2.3 (Redis dies) did not run: 503',
      remedy: 'npm run lab -- --only 2.3 --quick --seed 424242',
    });
    expect(texts.join('\n')).toMatch(/4\.2: the A\/A control failed for CPU time per request: sticky again/);
    expect(texts.join('\n')).toMatch(/4\.2 H1 \(“.+”\) is undecided\. .*A\/A control/);
    expect(summary.next).toContainEqual({
      text: 'What did not run: 2.3.',
      command: 'npm run lab -- --only 2.3 --quick --seed 424242',
    });
    expect(summary.next[0]?.text).toMatch(/^More samples may decide .*4\.2 H1/);
    expect(summary.next[0]?.command).toMatch(/^npm run lab -- --only 4\.2(?:,4\.3)? --seed 424242$/);
  });

  it('names what was not asked for and would have told something', () => {
    expect(madeUpSummary({ '1.2': isolation() }).next.at(-1)).toEqual({
      text: 'What this summary lacks, because it was not asked for: 1.3, 2.1, 2.3, 2.4, 3.1, 3.3, 4.1, 4.2, 4.3.',
      command: 'npm run lab -- --only 1.3,2.1,2.3,2.4,3.1,3.3,4.1,4.2,4.3 --quick --seed 424242',
    });
    expect(
      madeUpSummary(usual)
        .next.map(({ text }) => text)
        .join(),
    ).not.toContain('not asked for');
  });
});

describe('a run of any part', () => {
  const parts: (readonly [string, Observed])[] = [
    ['nothing', {}],
    ...Object.keys(usual).map((id) => [id, { [id]: usual[id]! }] as const),
    ...Object.keys(usual).map((id) => {
      const { [id]: _, ...rest } = usual;
      return [`all but ${id}`, rest] as const;
    }),
  ];

  it.each(parts)('%s has a whole summary that survives its file', (_, observed) => {
    const results = withSummary(madeUpResults(observed));
    expect(results.summary?.recommendations.map(({ id }) => id)).toEqual(applications.map(({ id }) => id));
    expect(JSON.stringify(results.summary)).not.toMatch(/undefined|NaN|Infinity|null/);
    expect(parseResults(JSON.stringify(results))).toEqual(results);
    for (const { outcome, command, reasons } of results.summary?.recommendations ?? []) {
      expect(outcome === 'undecided' ? command : 'decided').toBeTruthy();
      if (outcome === 'one') expect(reasons.length).toBeGreaterThan(0);
    }
  });

  it('decides nothing without data', () => {
    expect(new Set(madeUpSummary({}).recommendations.map(({ outcome }) => outcome))).toEqual(new Set(['undecided']));
  });

  it('is made anew in the language that a run is told in', () => {
    const english = withSummary(madeUpResults(usual));
    const chinese = retell(english, experimentsIn('zh'), 'zh');
    expect(chinese.summary).toEqual(summaryOf(madeUpResults(usual, { language: 'zh' })));
    expect(retell(chinese, experimentsIn('en'), 'en')).toEqual(english);
    const { summary: _, ...bare } = english;
    expect(retell(bare, experimentsIn('zh'), 'zh')).not.toHaveProperty('summary');
  });
});
