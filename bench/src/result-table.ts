/** A result as a table for the terminal: one block per metric, one line per subject. */
import Table from 'cli-table3';
import type { Benchmark, Metric } from './benchmark.ts';
import { type BenchmarkResult, type ResultRow, ratioToBaseline } from './result.ts';

export function resultTable(benchmark: Benchmark, result: BenchmarkResult): string {
  const table = new Table({
    head: ['', 'value', 'lowest … highest', 'ratio', ''],
    colAligns: ['left', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const metric of benchmark.metrics) {
    const rows = result.rows.filter((row) => row.metric === metric.name);
    // A median of whole numbers may lie between two of them.
    const whole = rows.every(({ value, samples }) => [value, ...samples].every(Number.isInteger));
    const baseline = rows.find((row) => row.subject === metric.baseline);
    table.push([{ content: `${metric.name} (${metric.unit}): ${metric.better} is better`, colSpan: 5 }]);
    for (const subject of benchmark.subjects) {
      const row = rows.find((candidate) => candidate.subject === subject);
      if (row === undefined) {
        // A subject that failed has no line at all.
        const measured = result.rows.some((candidate) => candidate.subject === subject);
        if (measured) table.push([`  ${subject}`, '–', '', '', '']);
        continue;
      }
      table.push([
        `  ${row.subject}`,
        metric.summary === 'sum' ? `${row.value} of ${row.samples.length}` : formatNumber(row.value, whole),
        rangeText(metric, row, whole),
        ratioText(metric, row, baseline),
        isBest(metric, row, rows) ? 'best' : '',
      ]);
    }
  }
  return table.toString();
}

function rangeText({ summary }: Metric, { samples }: ResultRow, whole: boolean): string {
  if (summary === 'sum') return '';
  return `${formatNumber(Math.min(...samples), whole)} … ${formatNumber(Math.max(...samples), whole)}`;
}

function ratioText(metric: Metric, row: ResultRow, baseline: ResultRow | undefined): string {
  if (baseline === undefined) return '';
  if (row === baseline) return 'baseline';
  const ratio = ratioToBaseline(metric, row, baseline);
  return ratio === undefined ? '' : `× ${ratio.toFixed(2)}`;
}

function isBest(metric: Metric, row: ResultRow, rows: readonly ResultRow[]): boolean {
  const values = rows.map(({ value }) => value);
  const best = metric.better === 'lower' ? Math.min(...values) : Math.max(...values);
  return row.value === best && values.some((value) => value !== best);
}

/** Thousands separated; three significant digits at least, unless the metric counts whole things. */
function formatNumber(value: number, whole: boolean): string {
  const digits = whole || Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
