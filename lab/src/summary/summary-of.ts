/** The summary of a run, made from the results of its experiments and from nothing else. */
import type { Language } from '../language.ts';
import type { LabResults, LabSummary } from '../results.ts';
import { recommendations } from './advice.ts';
import { claimsTable } from './claims-table.ts';
import { featureTable } from './feature-table.ts';
import { differences, keyFindings, openIn, problemsOf } from './learned.ts';
import { measuredIn } from './measured.ts';
import { performanceTable } from './performance-table.ts';
import { factsOf } from './schemes.ts';
import { summaryWords } from './words.ts';

/** The same results with the summary that they make, in their own language. */
export function withSummary(results: LabResults): LabResults {
  return { ...results, summary: summaryOf(results) };
}

/**
 * Pure, and made for results of any origin: what a run did not measure, and what can not be read, is said to be not
 * measured.
 *
 * @param results Told in `language` already, for the summary quotes them.
 */
export function summaryOf(results: LabResults, language: Language = results.language ?? 'en'): LabSummary {
  const words = summaryWords(language);
  const schemes = factsOf(results.experiments);
  const measured = measuredIn(results.experiments);
  return {
    recommendations: recommendations(results, schemes, measured, words),
    features: featureTable(schemes, words),
    performance: performanceTable(results.experiments, measured, words),
    claims: claimsTable(results.experiments, measured, words),
    findings: keyFindings(results),
    differences: differences(results),
    problems: problemsOf(results, measured, words),
    next: openIn(results, schemes, measured, words),
  };
}
