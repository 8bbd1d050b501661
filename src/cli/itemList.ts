import { CsvError, parse } from 'csv-parse/sync';
import { idKinds } from '../events/ids.ts';
import { itemWorkflowId, type ItemReference } from '../workflows/itemBuyability/contract.ts';
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
  const { columns, records } = tableOf(text, printable(source.file));
  for (const { line, cells } of records) {
    const found = itemOf(cells, columns, source.merchant);
    if (typeof found === 'string') badLines.push({ line, problem: found });
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

/** The column names, and the records under them. */
function tableOf(text: string, name: string): { columns: readonly string[]; records: readonly CsvRecord[] } {
  const first = text.split(/\r?\n/, 1)[0] ?? '';
  const delimiter = delimiters.find((one) => headingOf(first, one).includes(itemColumn));
  if (delimiter === undefined) {
    throw usageProblem(`${name} has no column itemId: its first line is ${shown(first)}. ${right}`);
  }
  try {
    return { columns: headingOf(first, delimiter), records: csvRecords(text, delimiter).slice(1) };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // After a broken quotation mark nobody knows where the next line begins.
    throw usageProblem(`${name} is no CSV file: ${error.message}. ${right}`);
  }
}

/** The column names in small letters; none where the line cannot be read with this delimiter. */
function headingOf(line: string, delimiter: string): readonly string[] {
  try {
    return csvRecords(line, delimiter).flatMap(({ cells }) => cells.map((cell) => cell.toLowerCase()));
  } catch {
    return [];
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

/** The item of a record, or what is wrong with it. */
function itemOf(
  cells: readonly string[],
  columns: readonly string[],
  otherwise: string | undefined,
): ItemReference | string {
  if (cells.length !== columns.length) {
    return `it has ${cells.length} columns, and the first line ${columns.length}`;
  }
  const itemId = cells[columns.indexOf(itemColumn)] ?? '';
  if (!idKinds.item.matches(itemId)) return `itemId must be ${idKinds.item.expected}, but it is ${shown(itemId)}`;
  const businessProductId = cells[columns.indexOf(merchantColumn)] || otherwise;
  if (businessProductId === undefined) return 'businessProductId is missing, and --merchant is not given';
  if (idKinds.businessProduct.matches(businessProductId)) return { businessProductId, itemId };
  return `businessProductId must be ${idKinds.businessProduct.expected}, but it is ${shown(businessProductId)}`;
}

function withoutRepeats(items: readonly ItemReference[], badLines: readonly BadLine[]): ItemList {
  const unique = new Map(items.map((item) => [itemWorkflowId(item.businessProductId, item.itemId), item]));
  return { items: [...unique.values()], duplicates: items.length - unique.size, badLines };
}
