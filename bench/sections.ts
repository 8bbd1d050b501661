import type picocolors from 'picocolors';

/** The cells of a line. */
export type Row = readonly string[];

/** What a verdict is written in. */
export type Colors = ReturnType<typeof picocolors.createColors>;

/** A size of kilobytes, in whole megabytes. */
export const megabytes = (kilobytes: number): string => (kilobytes / 1_024).toFixed(0);

/** Lines of a table, columns to the right, behind an indent. */
export function aligned(rows: readonly Row[]): string[] {
  const columns = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) => `  ${row.map((cell, column) => cell.padStart(columns[column] ?? 0)).join('   ')}`);
}

/** A table below its title, and an empty line; nothing where that part is left out. */
export function section<Figures>(figures: Figures | null, title: string, rowsOf: (of: Figures) => Row[]): string[] {
  return figures === null ? [] : [title, ...aligned(rowsOf(figures)), ''];
}
