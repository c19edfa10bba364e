/** The rows of a proof for the terminal. */
import Table from 'cli-table3';

export interface ProofRow {
  readonly subject: string;
  readonly cells: readonly string[];
}

/** One block per subject; the first column is text, the others are figures. */
export function proofTable(heads: readonly string[], rows: readonly ProofRow[]): string {
  const table = new Table({ head: [...heads], style: { head: [], border: [], compact: true } });
  for (const subject of new Set(rows.map((row) => row.subject))) {
    table.push([{ content: subject, colSpan: heads.length }]);
    for (const { cells } of rows.filter((row) => row.subject === subject)) {
      const [first = '', ...figures] = cells;
      table.push([`  ${first}`, ...figures.map((content) => ({ content, hAlign: 'right' as const }))]);
    }
  }
  return table.toString();
}

/** Anything that was not measured is no figure. */
export function milliseconds(ms: number | undefined): string {
  return ms === undefined ? '–' : `${ms} ms`;
}
