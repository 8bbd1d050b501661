/** The cells of a line. */
export type Row = readonly string[];

/** For sizes. */
export const kilobytesPerMegabyte = 1_024;

/** Lines of a table, columns to the right, behind an indent. */
export function aligned(rows: readonly Row[]): string[] {
  const columns = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) => `  ${row.map((cell, column) => cell.padStart(columns[column] ?? 0)).join('   ')}`);
}
