/** A string as a literal of SQL: for names of files of our own, where a statement takes no parameters. */
export function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
