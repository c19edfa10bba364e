/** How numbers, sizes and moments are written in a report. The same on every machine, whatever its locale. */

/** A number of a chart or a sentence: three decimals at most, thousands grouped from 10,000 up. */
export function figure(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude > 0 && (magnitude < 0.001 || magnitude >= 1e15)) return value.toPrecision(3);
  const decimals = magnitude >= 1000 ? 0 : magnitude >= 100 ? 1 : magnitude >= 10 ? 2 : 3;
  const [whole = '0', fraction] = String(Number(value.toFixed(decimals))).split('.');
  const grouped = Math.abs(Number(whole)) >= 10_000 ? whole.replace(/\B(?=(\d{3})+$)/g, ',') : whole;
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** A table cell: text as it is; a number without grouping (it may be a port) and without the noise of binary fractions. */
export function cellText(cell: string | number): string {
  if (typeof cell === 'string' || Number.isInteger(cell)) return String(cell);
  return String(Math.abs(cell) < 0.01 ? Number(cell.toPrecision(3)) : Number(cell.toFixed(4)));
}

export function sizeText(sizeBytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let size = sizeBytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${figure(Number(size.toFixed(1)))} ${units[unit]}`;
}

/** `2026-01-31T09:00:00.000Z` as `2026-01-31 09:00 UTC`. */
export function momentText(isoTime: string): string {
  return `${isoTime.slice(0, 10)} ${isoTime.slice(11, 16)} UTC`;
}
