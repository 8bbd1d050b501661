import { CsvError, parse } from 'csv-parse/sync';
import { idKinds } from '../events/ids.ts';
import type { ItemReference } from '../workflows/itemBuyability/contract.ts';
import { itemWorkflowId } from '../workflows/itemBuyability/contract.ts';
import { usageProblem } from './command.ts';
import { readText } from './files.ts';
import { printable } from './format.ts';

/** Where the items of a backfill are from: words of the command line, or a CSV file. */
export type ItemSource =
  | { readonly words: readonly string[]; readonly merchant?: string }
  | { readonly file: string; readonly merchant?: string };

/** A line of a file that names no item, and why; the first line is 1. */
export interface BadLine {
  readonly line: number;
  readonly problem: string;
}

/** The items that were named, each once. */
export interface ItemList {
  readonly items: readonly ItemReference[];
  readonly duplicates: number;
  readonly badLines: readonly BadLine[];
}

/** A row under the heading: its two cells, or what is wrong with the row as a whole. */
type CsvRow = { readonly line: number } & (
  { readonly itemId: string; readonly merchant: string } | { readonly problem: string }
);

interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

const right =
  'Name a CSV file whose first line has a column itemId, and businessProductId where --merchant is not given.';
const delimiters = [',', ';', '\t'] as const;
const itemColumn = 'itemid';
const merchantColumn = 'businessproductid';
const longestShown = 60;

/**
 * Reads the items of a backfill.
 * @throws CommandProblem `usage` where a word is no id, a file cannot be read or is no such CSV file
 */
export async function readItems(source: ItemSource): Promise<ItemList> {
  if (source.merchant !== undefined && !idKinds.businessProduct.matches(source.merchant)) {
    throw usageProblem(`--merchant must be ${idKinds.businessProduct.expected}, but it is ${shown(source.merchant)}.`);
  }
  if ('words' in source) return withoutRepeats(wordItems(source.words, source.merchant), []);
  const text = await readText(source.file, right);
  const badLines: BadLine[] = [];
  const items: ItemReference[] = [];
  for (const row of rowsOf(text, source.file)) {
    const found = itemOf(row, source.merchant);
    if (typeof found === 'string') badLines.push({ line: row.line, problem: found });
    else items.push(found);
  }
  return withoutRepeats(items, badLines);
}

function shown(text: string): string {
  const printed = printable(text);
  return JSON.stringify(printed.length > longestShown ? `${printed.slice(0, longestShown - 1)}…` : printed);
}

function wordItems(words: readonly string[], merchant: string | undefined): ItemReference[] {
  if (merchant === undefined) throw usageProblem('--merchant is missing: name the businessProductId of the items.');
  return words.map((itemId) => {
    if (!idKinds.item.matches(itemId)) throw usageProblem(`${shown(itemId)} is not ${idKinds.item.expected}.`);
    return { businessProductId: merchant, itemId };
  });
}

/** The rows under the heading. */
function rowsOf(text: string, file: string): readonly CsvRow[] {
  const name = printable(file);
  const first = text.split(/\r?\n/, 1)[0] ?? '';
  const delimiter = delimiters.find((one) => headingOf(first, one).includes(itemColumn));
  if (delimiter === undefined) {
    throw usageProblem(`${name} has no column itemId: its first line is ${shown(first)}. ${right}`);
  }
  const columns = headingOf(first, delimiter);
  const item = columns.indexOf(itemColumn);
  const merchant = columns.indexOf(merchantColumn);
  return recordsOf(text, delimiter, name)
    .slice(1)
    .map(({ line, cells }) =>
      cells.length === columns.length
        ? { line, itemId: cells[item] ?? '', merchant: cells[merchant] ?? '' }
        : { line, problem: `it has ${cells.length} columns, and the first line ${columns.length}` },
    );
}

/** The column names in small letters; none where the line cannot be read with this delimiter. */
function headingOf(line: string, delimiter: string): readonly string[] {
  try {
    return csvRecords(line, delimiter).flatMap(({ cells }) => cells.map((cell) => cell.toLowerCase()));
  } catch {
    return [];
  }
}

function recordsOf(text: string, delimiter: string, name: string): readonly CsvRecord[] {
  try {
    return csvRecords(text, delimiter);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // After a broken quotation mark nobody knows where the next line begins.
    throw usageProblem(`${name} is no CSV file: ${error.message}. ${right}`);
  }
}

function csvRecords(text: string, delimiter: string): readonly CsvRecord[] {
  const records: CsvRecord[] = [];
  parse(text, {
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
    delimiter,
    on_record: (cells: string[], { lines }) => {
      records.push({ line: lines, cells });
      return undefined;
    },
  });
  return records;
}

/** The item of a row, or what is wrong with it. */
function itemOf(row: CsvRow, otherwise: string | undefined): ItemReference | string {
  if ('problem' in row) return row.problem;
  const { itemId } = row;
  if (!idKinds.item.matches(itemId)) return `itemId must be ${idKinds.item.expected}, but it is ${shown(itemId)}`;
  const businessProductId = row.merchant === '' ? otherwise : row.merchant;
  if (businessProductId === undefined) return 'businessProductId is missing, and --merchant is not given';
  if (idKinds.businessProduct.matches(businessProductId)) return { businessProductId, itemId };
  return `businessProductId must be ${idKinds.businessProduct.expected}, but it is ${shown(businessProductId)}`;
}

function withoutRepeats(items: readonly ItemReference[], badLines: readonly BadLine[]): ItemList {
  const unique = new Map(items.map((item) => [itemWorkflowId(item.businessProductId, item.itemId), item]));
  return { items: [...unique.values()], duplicates: items.length - unique.size, badLines };
}
