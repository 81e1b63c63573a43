/** A spreadsheet takes a cell that begins so for a formula (OWASP, "CSV Injection"). */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/**
 * A line of CSV without its line end (RFC 4180). Text that a spreadsheet would run as a formula gets a ' in front; numbers stay numbers, null
 * is an empty cell.
 */
export function csv(cells: readonly (string | number | null)[]): string {
  return cells.map(field).join(',');
}

function field(cell: string | number | null): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) || safe !== cell ? `"${safe.replaceAll('"', '""')}"` : safe;
}
