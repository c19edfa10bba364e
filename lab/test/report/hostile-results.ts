/** The sample run with every text replaced by one that tries to break out of a report. */

import type { LabResults } from '../../src/results.ts';
import { sampleResults } from './sample-results.ts';
import { sampleSummary } from './sample-summary.ts';

/** Breaks HTML, attributes, script elements, tables, code spans, links and headings where it is not escaped. */
export const hostileText =
  '# <script>alert(1)</script> <img src="http://evil.test/x" onerror=alert(1)> </svg></style> <!-- "\' | `code` ```\n' +
  '- [link](http://evil.test) ![picture](http://evil.test/y.png) **bold** _under_ $x$ \\ &lt; \u0000\u2028';

/** What decides how a report is drawn, and is checked when results are read. */
const structural = new Set(['id', 'status', 'verdict', 'mode', 'balancer', 'startedAt', 'by', 'outcome', 'experiment']);

/** The kind of a chart is one of two; that of a recommendation is a text. */
function isStructural(key: string, value: string): boolean {
  return structural.has(key) || (key === 'kind' && (value === 'line' || value === 'bar'));
}

function poisoned(value: unknown, key: string): unknown {
  if (typeof value === 'string') return isStructural(key, value) ? value : hostileText;
  if (Array.isArray(value)) return value.map((item) => poisoned(item, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, poisoned(item, name)]));
}

export const hostileResults: LabResults = poisoned(
  { ...sampleResults, summary: sampleSummary('en') },
  '',
) as LabResults;
