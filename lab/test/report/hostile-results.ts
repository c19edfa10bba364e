/** The sample run with every text replaced by one that tries to break out of a report. */

import type { LabResults } from '../../src/results.ts';
import { sampleResults } from './sample-results.ts';

/** Breaks HTML, attributes, script elements, tables, code spans, links and headings where it is not escaped. */
export const hostileText =
  '# <script>alert(1)</script> <img src="http://evil.test/x" onerror=alert(1)> </svg></style> <!-- "\' | `code` ```\n' +
  '- [link](http://evil.test) ![picture](http://evil.test/y.png) **bold** _under_ $x$ \\ &lt; \u0000\u2028';

/** What decides how a report is drawn, and is checked when results are read. */
const structural = new Set(['id', 'status', 'verdict', 'kind', 'mode', 'balancer', 'startedAt']);

function poisoned(value: unknown, key: string): unknown {
  if (typeof value === 'string') return structural.has(key) ? value : hostileText;
  if (Array.isArray(value)) return value.map((item) => poisoned(item, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, poisoned(item, name)]));
}

export const hostileResults: LabResults = poisoned(sampleResults, '') as LabResults;
