import { SallyportError } from 'sallyport';
import { describe, expect, it } from 'vitest';
import { ResultsFileError } from '../../src/report/json-shape.ts';
import { parseResults } from '../../src/report/schema.ts';
import { sampleResults } from './sample-results.ts';

type Changeable = Record<string, unknown>;

/** The sample as text, after a change to the value at `path` (`undefined` removes it). */
function changed(path: readonly (string | number)[], value: unknown): string {
  const results = JSON.parse(JSON.stringify(sampleResults)) as Changeable;
  let place: Changeable = results;
  for (const step of path.slice(0, -1)) place = place[step] as Changeable;
  place[path.at(-1)!] = value;
  return JSON.stringify(results);
}

function refusal(text: string): ResultsFileError {
  try {
    parseResults(text);
  } catch (error) {
    expect(error).toBeInstanceOf(ResultsFileError);
    return error as ResultsFileError;
  }
  throw new Error('parseResults accepted what it should refuse');
}

describe('parseResults', () => {
  it('reads what the lab writes, and nothing is lost', () => {
    expect(parseResults(JSON.stringify(sampleResults, null, 2))).toEqual(JSON.parse(JSON.stringify(sampleResults)));
  });

  it('reads a file that begins with a byte order mark', () => {
    expect(parseResults(`\uFEFF${JSON.stringify(sampleResults)}`).seed).toBe(sampleResults.seed);
  });

  it('keeps fields that a newer lab added', () => {
    expect(parseResults(changed(['experiments', 0, 'colour'], 'blue')).experiments[0]).toHaveProperty('colour', 'blue');
  });

  it('throws a SallyportError with a stable code and one line', () => {
    const error = refusal('{');
    expect(error).toBeInstanceOf(SallyportError);
    expect(error.code).toBe('ERR_LAB_RESULTS_FILE');
    expect(error.name).toBe('ResultsFileError');
    expect(error.cause).toBeInstanceOf(SyntaxError);
    expect(error.message).toBe('The results file cannot be read: it is not JSON.');
  });

  it('says which version it reads, and what to do about another', () => {
    expect(refusal(changed(['schemaVersion'], 7)).message).toContain(
      'schemaVersion is 7, this lab reads 1: use the version of the lab that wrote it',
    );
    expect(refusal(changed(['schemaVersion'], '1')).message).toContain('schemaVersion is not a number');
    expect(refusal('{}').message).toContain('schemaVersion is missing');
  });

  it('judges the version before the shape, which may be another one', () => {
    expect(refusal('{"schemaVersion":2}').message).toContain('schemaVersion is 2');
  });

  const wrong: readonly (readonly [string, readonly (string | number)[], unknown, string])[] = [
    ['a missing list', ['experiments'], undefined, 'experiments must be a list, but is missing'],
    ['text where a number belongs', ['seed'], '42', 'seed must be a number, but is text'],
    [
      'a number that JSON cannot hold',
      ['experiments', 3, 'charts', 0, 'bars', 1, 'value'],
      Number.NaN,
      'experiments[3].charts[0].bars[1].value must be a number, but is null',
    ],
    ['a negative duration', ['durationMs'], -1, 'durationMs must be a number of at least 0, but is the number -1'],
    ['a time scale of nothing', ['timeScale'], 0, 'timeScale must be above 0'],
    ['a local time', ['startedAt'], '2026-11-21 09:14', 'startedAt must be a UTC time'],
    ['a day that does not exist', ['startedAt'], '2026-13-41T09:14:07Z', 'startedAt is not a time that exists'],
    ['an unknown mode', ['mode'], 'slow', 'mode must be one of default, quick, full, but is "slow"'],
    [
      'an unknown balancer',
      ['environment', 'balancer'],
      'haproxy',
      'environment.balancer must be one of nginx, built-in',
    ],
    ['versions as a list', ['environment', 'versions'], [], 'environment.versions must be an object, but is a list'],
    [
      'an unknown verdict',
      ['experiments', 1, 'hypotheses', 2, 'verdict'],
      'true',
      'experiments[1].hypotheses[2].verdict must be one of',
    ],
    [
      'an id that is a path',
      ['experiments', 0, 'id'],
      '../1',
      'experiments[0].id must be an experiment id such as "1.1", but is "../1"',
    ],
    ['a language that is not spoken', ['language'], 'de', 'language must be one of en, zh, but is "de"'],
    [
      'an unknown cause',
      ['experiments', 0, 'cause'],
      { kind: 'lunch' },
      'experiments[0].cause.kind must be one of interrupted, timed-out, program-missing, but is "lunch"',
    ],
    [
      'a cause that lacks its figure',
      ['experiments', 0, 'cause'],
      { kind: 'timed-out' },
      'experiments[0].cause.afterSeconds must be',
    ],
    ['an id used twice', ['experiments', 1, 'id'], '1.1', 'experiments[1].id 1.1 is there twice'],
    [
      'observations that are missing',
      ['experiments', 0, 'observations'],
      undefined,
      'experiments[0].observations must be there',
    ],
    [
      'an unknown kind of chart',
      ['experiments', 0, 'charts', 0, 'kind'],
      'pie',
      'experiments[0].charts[0].kind must be one of line, bar, but is "pie"',
    ],
    [
      'a point with three numbers',
      ['experiments', 4, 'charts', 0, 'series', 0, 'points', 5],
      [1, 2, 3],
      'points[5] must be a pair of numbers',
    ],
    [
      'a cell that is an object',
      ['experiments', 0, 'tables', 0, 'rows', 1, 2],
      {},
      'experiments[0].tables[0].rows[1][2] must be text or a number, but is an object',
    ],
    [
      'a row that is too short',
      ['experiments', 0, 'tables', 0, 'rows', 1],
      ['a'],
      'experiments[0].tables[0].rows[1] has 1 cells, but experiments[0].tables[0] has 5 columns',
    ],
    [
      'a verdict of what did not run',
      ['experiments', 8, 'hypotheses', 0, 'verdict'],
      'confirmed',
      'experiments[8].hypotheses[0].verdict is confirmed, but the experiment did not run',
    ],
    [
      'a remedy that is no text',
      ['experiments', 8, 'remedy'],
      ['npm'],
      'experiments[8].remedy must be text, but is a list',
    ],
  ];

  it.each(wrong)('refuses %s and says where', (_name, path, value, message) => {
    const text = refusal(changed(path, value)).message;
    expect(text).toContain(message);
    expect(text).not.toContain('\n');
  });

  it.each(['null', '[]', '"results"', '7', ''])('refuses %j', (text) => {
    expect(refusal(text).message).not.toContain('\n');
  });

  it('does not repeat long values', () => {
    expect(refusal(changed(['mode'], 'x'.repeat(5000))).message.length).toBeLessThan(200);
  });
});
