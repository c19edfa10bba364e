/** The applications of examples/targets/, each classified rightly by the lab. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { answers, runFile, verdictsOf } from './run-file.ts';

const folder = fileURLToPath(new URL('../../../examples/targets/', import.meta.url));

/** Whatever the run let out must not hold what the example's file keeps secret, nor anything shaped like a credential. */
function expectNoSecret(example: string, text: string): void {
  const file = readFileSync(`${folder}${example}/app.lab.json`, 'utf8');
  const secrets = [...file.matchAll(/"(?:password|SESSION_SECRET|TOKEN_SECRET)": "([^"$]+)"/g)].map(
    ([, value = '']) => value,
  );
  expect(secrets.length).toBeGreaterThan(1);
  for (const secret of secrets) expect(text).not.toContain(secret);
  expect(text).not.toMatch(/eyJ[\w-]{10,}|s%3A|[\w-]{32,}\.[\w%-]{20,}/);
}

async function classified(example: string) {
  const { results, said } = await runFile(`${folder}${example}/app.lab.json`);
  expectNoSecret(example, JSON.stringify(results) + said);
  // With their reasons, so that a failure tells what happened.
  const failed = results.experiments.filter(({ id }) => results.target.failures.includes(id));
  expect(failed.map(({ id, reason }) => `${id}: ${reason}`)).toEqual([]);
  return results;
}

describe('third-party applications', { timeout: 60_000 }, () => {
  test('Express with express-session and connect-redis', async () => {
    const results = await classified('express-session-redis');
    expect(answers(results)).toEqual({
      shared: true,
      survivesNodeDeath: true,
      survivesNodeRestart: true,
      expiry: 'sliding',
      logoutEffective: true,
      idChangesAtLogin: false,
      staleAcceptsAfterLogout: { accepted: 0, trials: 20, longestMs: 0, isOver: true },
      statusWhenStoreIsDown: { stopped: [503, 503, 503, 503], frozen: ['timeout', 'timeout', 'timeout', 'timeout'] },
    });
    // Its store slides, its cookie does not: a browser drops it all the same.
    expect(verdictsOf(results, '2.2')).toBe('confirmed confirmed refuted');
    expect(verdictsOf(results, '2.3')).toBe('confirmed refuted confirmed');
    expect(verdictsOf(results, '1.1')).toBe('refuted confirmed confirmed');
  });

  test('Fastify with @fastify/session in memory', async () => {
    const results = await classified('fastify-session-memory');
    expect(answers(results)).toEqual({
      shared: false,
      survivesNodeDeath: false,
      survivesNodeRestart: false,
      expiry: 'sliding',
      logoutEffective: true,
      idChangesAtLogin: true,
      staleAcceptsAfterLogout: { accepted: 0, trials: 20, longestMs: 0, isOver: true },
      statusWhenStoreIsDown: 'not-run',
    });
    expect(verdictsOf(results, '2.2')).toBe('confirmed confirmed confirmed');
    expect(verdictsOf(results, '1.1')).toBe('confirmed confirmed confirmed');
  });

  test('a JWT API without revocation', async () => {
    const results = await classified('jwt-no-revocation');
    expect(answers(results)).toMatchObject({
      shared: true,
      survivesNodeDeath: true,
      survivesNodeRestart: true,
      expiry: 'absolute',
      logoutEffective: false,
      idChangesAtLogin: 'not-run',
      staleAcceptsAfterLogout: { accepted: 20, trials: 20, isOver: false },
      statusWhenStoreIsDown: 'not-run',
    });
    // The logout is answered as a success, and changes nothing.
    expect(verdictsOf(results, '3.3')).toBe('refuted refuted confirmed');
    expect(verdictsOf(results, '3.2')).toBe('confirmed confirmed confirmed');
  });
});
