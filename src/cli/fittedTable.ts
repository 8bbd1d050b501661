import { printable } from './format.ts';
import { columnsOf, cutMiddle, cutSubject, cutTo, padded, type Line, type Span, type Style } from './screen.ts';

/** A column of a table that fits a width. */
export interface FittedColumn<Row> {
  readonly heading: string;
  readonly value: (row: Row) => string;
  readonly style?: (row: Row) => Style | undefined;
  readonly link?: (row: Row) => string | undefined;
  /** It may be cut to so many columns of the terminal, where there is not enough room. */
  readonly least?: number;
  /** Others are cut first, as if they were so many columns wider. */
  readonly worth?: number;
  /** For copying, as the last column: never cut. Where a value has no room, it stands on a line of its own. */
  readonly isWhole?: true;
  /** Where it is cut, its beginning and its end stay (`middle`), or what the matter is (`subject`); else its beginning. */
  readonly cut?: keyof typeof cuts;
  /** The same in fewer characters, where there is not enough room. */
  readonly short?: (row: Row) => string;
  /** An address of our own, which stays one. */
  readonly isAddress?: true;
  /** It is left out where no row has a value. */
  readonly isOptional?: true;
}

const cuts = { middle: cutMiddle, subject: cutSubject } as const;
const gap = 2;
/** A column for copying gets this share of the width before others are cut, in columns. */
const wholeRoom = (width: number): number => Math.max(25, Math.floor(width / 3));

interface Cells<Row> {
  readonly column: FittedColumn<Row>;
  readonly values: readonly string[];
  readonly natural: number;
}

/** Takes the excess from the columns that may be cut: from the widest first, so that all stay readable. */
function cutWidths<Row>(cells: ReadonlyArray<Cells<Row>>, width: number): number[] {
  const widths = cells.map(({ column, natural }) =>
    column.isWhole === true ? Math.min(natural, wholeRoom(width)) : natural,
  );
  const least = cells.map(({ column, natural }) => Math.min(natural, column.least ?? natural));
  const worth = (index: number): number => cells[index]?.column.worth ?? 0;
  const used = (): number => widths.reduce((sum, each) => sum + each, 0) + gap * (widths.length - 1);
  while (used() > width) {
    const [widest] = widths
      .map((each, index) => ({ index, room: each - (least[index] ?? each), each }))
      .filter(({ index, room }) => room > 0 && cells[index]?.column.isWhole !== true)
      .toSorted((one, other) => other.each - worth(other.index) - one.each + worth(one.index));
    if (widest === undefined) break;
    widths[widest.index] = widest.each - 1;
  }
  // What is left of the line is the last column's, which stands on a line of its own where that is too little.
  const last = cells.at(-1);
  if (last?.column.isWhole === true) {
    const before = widths.slice(0, -1).reduce((sum, each) => sum + each + gap, 0);
    const left = Math.max(0, Math.min(last.natural, width - before));
    // Where no value has room there, the others get all of it.
    if (cells.length > 1 && !last.values.some((value) => columnsOf(value) <= left)) {
      return [...cutWidths(cells.slice(0, -1), width), 0];
    }
    widths[widths.length - 1] = left;
  }
  return widths;
}

/** What stands in each column, without those that are empty and may be left out. */
function cellsOf<Row>(
  columns: ReadonlyArray<FittedColumn<Row>>,
  rows: readonly Row[],
  isShort: boolean,
): ReadonlyArray<Cells<Row>> {
  return columns
    .map((column) => {
      const { value, short = value, isAddress } = column;
      const values = rows.map((row) => {
        const text = isShort ? short(row) : value(row);
        return (isAddress === true ? text : printable(text)) || '-';
      });
      const natural = values.reduce((most, each) => Math.max(most, columnsOf(each)), columnsOf(column.heading));
      return { column, values, natural };
    })
    .filter(({ column, values }) => column.isOptional !== true || values.some((value) => value !== '-'));
}

/**
 * Rows under headings, within a width where that is possible: a row is one line, and a second one only for a value that
 * has to be copied and finds no room.
 * @param width in columns of the terminal.
 */
export function fittedTable<Row>(
  columns: ReadonlyArray<FittedColumn<Row>>,
  rows: readonly Row[],
  width = Number.MAX_SAFE_INTEGER,
): Line[] {
  const whole = cellsOf(columns, rows, false);
  const fits = whole.reduce((sum, { natural }) => sum + natural + gap, -gap) <= width;
  const cells = fits ? whole : cellsOf(columns, rows, true);
  const widths = cutWidths(cells, width);
  const lastIndex = cells.length - 1;

  function lineOf(spans: ReadonlyArray<Span | undefined>): Line {
    return spans.flatMap((span, index) => {
      if (span === undefined) return [];
      const text = index === lastIndex ? span.text : padded(span.text, widths[index] ?? 0);
      return index === lastIndex ? [{ ...span, text }] : [{ ...span, text }, { text: ' '.repeat(gap) }];
    });
  }

  const headings = lineOf(
    cells.map(({ column }, index) => ({ text: cutTo(column.heading, widths[index] ?? 0), style: 'bold' as const })),
  );
  const body = rows.flatMap((row, rowIndex) => {
    const apart: Line[] = [];
    const spans = cells.map(({ column, values }, index): Span | undefined => {
      const value = values[rowIndex] ?? '-';
      const [style, link] = [column.style?.(row), column.link?.(row)];
      const marks = { ...(style && { style }), ...(link !== undefined && { link }) };
      if (column.isWhole === true && columnsOf(value) > (widths[index] ?? 0)) {
        apart.push([{ text: ' '.repeat(gap) }, { text: value, ...marks }]);
        return undefined;
      }
      const cut = column.cut === undefined ? cutTo : cuts[column.cut];
      return { text: column.isWhole === true ? value : cut(value, widths[index] ?? 0), ...marks };
    });
    return [lineOf(spans), ...apart];
  });
  return [headings, ...body];
}
