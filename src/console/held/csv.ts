/** What a spreadsheet takes for the beginning of a formula, after blanks or without; full-width forms, too. */
const FORMULA = /^\s*[=+\-@\t\r\n|%＝＋－＠]/u;

/** One cell: in quotes, and with an apostrophe before what would be a formula (C4). Line ends and controls are blanks. */
export function csvCell(value: string): string {
  const isFormula = FORMULA.test(value);
  const flat = value.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');
  return `"${isFormula ? "'" : ''}${flat.replaceAll('"', '""')}"`;
}

/** RFC 4180, with the mark by which spreadsheets know UTF-8. */
export function csvTable(rows: readonly (readonly string[])[]): string {
  return `\ufeff${rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')}`;
}
