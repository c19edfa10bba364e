/** What is taken from an answer: texts, cookies, and what must not be let out again. */
import { describe, expect, test } from 'vitest';
import { textAt } from '../../src/target/answer-text.ts';
import { BrowserCookies } from '../../src/target/browser-cookies.ts';
import type { Exchange } from '../../src/target/exchange.ts';
import { nearestWord } from '../../src/target/nearest-word.ts';
import { fill, fillAll, placeholdersIn } from '../../src/target/placeholders.ts';
import { isJwt } from '../../src/target/preflight.ts';
import { createRedaction } from '../../src/target/redaction.ts';
import { requestBody } from '../../src/target/request-body.ts';

const answer = (text: string, headers: Exchange['headers'] = {}): Exchange => ({
  status: 200,
  headers,
  text,
  durationMs: 1,
});

describe('textAt', () => {
  test('follows a JSON pointer', () => {
    const body = answer('{"a/b": {"~": ["x", {"id": 7}]}, "none": null, "deep": {}}');
    expect(textAt({ json: '/a~1b/~0/0' }, body)).toBe('x');
    expect(textAt({ json: '/a~1b/~0/1/id' }, body)).toBe('7');
    for (const json of ['/none', '/deep', '/missing/x', '/toString', '/a~1b/~0/length']) {
      expect([json, textAt({ json }, body)]).toEqual([json, json.endsWith('length') ? '2' : undefined]);
    }
    expect(textAt({ json: '/a' }, answer('<html>'))).toBeUndefined();
  });

  test('takes the first group of an expression, as a person would read it', () => {
    const place = { regex: 'value="([^"]*)"' };
    expect(textAt(place, answer('<input value="a&amp;b&#43;&#x2F;&quot;&lt;&unknown;">'))).toBe('a&b+/"<&unknown;');
    expect(textAt(place, answer('nothing'))).toBeUndefined();
    expect(textAt({ regex: '(x)|y' }, answer('y'))).toBeUndefined();
  });

  test('reads a header and a cookie', () => {
    const cookies = new BrowserCookies();
    cookies.take('xsrf=a%2Bb; Path=/');
    expect(textAt({ cookie: 'xsrf' }, answer(''), cookies)).toBe('a+b');
    expect(textAt({ header: 'X-CSRF' }, answer('', { 'x-csrf': 'token' }))).toBe('token');
    expect(textAt({ cookie: 'other' }, answer(''), cookies)).toBeUndefined();
  });
});

describe('BrowserCookies', () => {
  test('keeps, replaces and removes', () => {
    const cookies = new BrowserCookies();
    cookies.take(['a=1; HttpOnly', 'b="x y"; Path=/', 'c=3; Max-Age=0', '=nameless', 'novalue']);
    expect(cookies.header()).toBe('a=1; b="x y"');
    cookies.take('a=2; Expires=Thu, 01 Jan 2099 00:00:00 GMT; Max-Age=-1');
    cookies.take('b=; Expires=Thu, 01 Jan 1970 00:00:00 GMT');
    expect(cookies.header()).toBeUndefined();
    cookies.take(undefined);
    expect(cookies.values().size).toBe(0);
  });

  test('knows until when a browser keeps a cookie, and sends it longer', () => {
    let now = 1_000_000;
    const cookies = new BrowserCookies(new Map(), () => now);
    cookies.take(['session=s', 'short=t; Max-Age=3']);
    expect([cookies.keeps(['session', 'short']), cookies.keeps(['missing'])]).toEqual([true, false]);
    now += 3000;
    expect([cookies.keeps(['session']), cookies.keeps(['session', 'short'])]).toEqual([true, false]);
    expect(cookies.header()).toBe('session=s; short=t');
    cookies.take('short=u; Max-Age=3');
    expect(cookies.keeps(['short'])).toBe(true);
  });
});

describe('placeholders', () => {
  test('are found and filled, and may be written out', () => {
    const text = `\${A} $\${B} \${env:C} \${D}`;
    expect(placeholdersIn(text)).toEqual(['A', 'env:C', 'D']);
    expect(fill(text, { A: '$&', 'env:C': 'c' })).toBe(`$& \${B} c \${D}`);
    expect(fillAll({ a: [`\${A}`, 1, null], b: { c: `\${A}` } }, { A: 'x' })).toEqual({
      a: ['x', 1, null],
      b: { c: 'x' },
    });
  });
});

describe('requestBody', () => {
  const filled = <Value>(value: Value) => value;

  test('is JSON, a form, or the token alone', () => {
    expect(requestBody({ json: { a: 1 } }, { field: 'csrf', token: 't' }, filled).text).toBe('{"a":1,"csrf":"t"}');
    expect(requestBody({ form: { a: 'b c&' } }, undefined, filled)).toEqual({
      text: 'a=b+c%26',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(requestBody(undefined, { field: 'csrf', token: 't' }, filled).text).toBe('csrf=t');
    expect(requestBody(undefined, { token: 't' }, filled)).toEqual({ text: undefined, headers: {} });
  });
});

describe('redaction', () => {
  test('hides secrets in foreign text however short, and long ones everywhere', () => {
    const redaction = createRedaction();
    const [short, long] = ['p(w', 's%3Aabcdefghijklmn.opq'];
    for (const secret of [short, 'h', long, 'abcdefgh', ' ']) redaction.add(secret);
    expect(redaction.clean(`${short} s:abcdefghijklmn.opq abcdefgh ${long} ok`)).toBe(
      '[hidden] [hidden] [hidden] [hidden] ok',
    );
    // A password that is a word of ours is told by the gap that it leaves.
    expect(redaction.cleanAll({ a: ['the p(w is abcdefgh', 7], b: { c: 's:abcdefghijklmn.opq' } })).toEqual({
      a: ['the p(w is abcdefgh', 7],
      b: { c: '[hidden]' },
    });
    expect(createRedaction().clean('nothing to hide')).toBe('nothing to hide');
  });
});

describe('isJwt', () => {
  test('tells a token from other text with dots', () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    expect(isJwt(`${part({ alg: 'HS256' })}.${part({ sub: 'a' })}.c2ln`)).toBe(true);
    for (const text of [
      'a.b.c',
      `${part({ typ: 'x' })}.${part({})}.x`,
      's%3Aabc.def',
      'plain',
      `${part({ alg: 'x' })}.bm8.x`,
    ]) {
      expect([text, isJwt(text)]).toEqual([text, false]);
    }
  });
});

describe('nearestWord', () => {
  test('helps with typing errors only', () => {
    const known = ['login', 'logout', 'limits', 'url'];
    expect(['logni', 'Logout', 'limit', 'ur', 'x', 'whoami'].map((word) => nearestWord(word, known))).toEqual([
      'login',
      'logout',
      'limits',
      'url',
      undefined,
      undefined,
    ]);
  });
});
