import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { applications } from '../../src/summary/applications.ts';
import { features } from '../../src/summary/facts.ts';
import { summaryWords } from '../../src/summary/words.ts';

const page = readFileSync(new URL('../../../docs/lab.md', import.meta.url), 'utf8');
const words = summaryWords('en');

describe('docs/lab.md', () => {
  it('has the rules of the recommendations as they are', () => {
    const told = (criteria: readonly (keyof typeof words.criteria)[]) =>
      criteria.map((criterion) => words.criteria[criterion]).join('; ') || '–';
    for (const { id, requires, weighs } of applications) {
      expect(page).toContain(`| ${words.applications[id]} | ${told(requires)} | ${told(weighs)} |`);
    }
  });

  it('says of every feature where it is taken from', () => {
    for (const feature of features) expect(page).toContain(`| ${words.features[feature].name} | `);
  });
});
