import fc from 'fast-check';
import { fittedTable, type FittedColumn } from '../../src/cli/fittedTable.ts';
import { columnsOf, cutSubject, cutTo, padded, screenSize, screenText, type Line } from '../../src/cli/screen.ts';

interface Row {
  readonly word: string;
  readonly subject: string;
  readonly id: string;
}

const columns: ReadonlyArray<FittedColumn<Row>> = [
  { heading: 'WORD', value: ({ word }) => word, least: 4, isOptional: true },
  { heading: 'SUBJECT', value: ({ subject }) => subject, least: 8, worth: 10 },
  { heading: 'ID', value: ({ id }) => id, short: ({ id }) => id.replace(/^change-set:/, ''), isWhole: true },
];
const texts = (lines: readonly Line[]): string[] =>
  lines.map((line) =>
    line
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
  );
const tableOf = (rows: readonly Row[], width?: number): string[] => texts(fittedTable(columns, rows, width));
const some = { word: 'decide', subject: 'Acme Scanner 4.4.3: SCAN_ERROR', id: 'change-set:76yesvf8y165pa4f98td2crtg' };

describe('a table that fits', () => {
  it('cuts nothing where there is room', () => {
    expect(tableOf([some])[1]).toBe(`decide  ${some.subject}  ${some.id}`);
    expect(tableOf([some], 76)[1]).toBe(`decide  ${some.subject}  ${some.id}`);
  });

  it('shortens the id first, then the subject, and gives an id without room a line of its own', () => {
    expect(tableOf([some], 70)[1]).toBe(`decide  ${some.subject}  76yesvf8y165pa4f98td2crtg`);
    expect(tableOf([some], 50)[1]).toBe('deci…  Acme Scanner 4.…  76yesvf8y165pa4f98td2crtg');
    expect(tableOf([some], 40).slice(1)).toEqual([
      'decide  Acme Scanner 4.4.3: SCAN_ERROR',
      '  76yesvf8y165pa4f98td2crtg',
    ]);
  });

  it('leaves out a column without values', () => {
    expect(tableOf([{ ...some, word: '' }])[0]).toBe('SUBJECT                         ID');
  });

  const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.constantFrom('', '製品の説明', '-', '👩‍🔧 x'));
  const row = fc.record({ word: text, subject: text, id: fc.stringMatching(/^[a-z]{1,9}:[a-z\d]{1,60}$/) });

  it('has no line that is wider, but for an id, and every id whole', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), fc.integer({ min: 40, max: 120 }), (rows, width) => {
        const lines = tableOf(rows, width);
        for (const line of lines.filter((each) => columnsOf(each) > width)) {
          expect(rows.map(({ id }) => `  ${id}`)).toContain(line);
        }
        const all = lines.join('\n');
        for (const { id } of rows) expect(all).toContain(id);
        expect(lines.length).toBeLessThanOrEqual(1 + 2 * rows.length);
      }),
    );
  });
});

describe('text in columns', () => {
  it('counts what a character takes', () => {
    expect(['abc', 'é', 'e\u0301', '製品', '🔧'].map(columnsOf)).toEqual([3, 1, 1, 4, 2]);
  });

  it('is as wide as it has to be, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 30 }), (text, width) => {
        expect(columnsOf(cutTo(text, width))).toBeLessThanOrEqual(width);
        expect(columnsOf(padded(text, width))).toBe(width);
        expect(cutTo(text, columnsOf(text))).toBe(text);
      }),
    );
  });
});

describe('a screen', () => {
  const link = 'https://ui.example/namespaces/x/workflows/a%3Ab';

  it('has links where a terminal opens them, and nowhere else', () => {
    const lines = [[{ text: 'a:b', link }]];
    expect(screenText(lines, true)).toBe(`\u001b]8;;${link}\u001b\\a:b\u001b]8;;\u001b\\`);
    expect(screenText(lines, false)).toBe('a:b');
  });

  it.each(['javascript:alert(1)', 'file:///etc/passwd', 'no address', ''])('opens no %j', (wrong) => {
    expect(screenText([[{ text: 'a', link: wrong }]], true)).toBe('a');
  });

  it('lets nothing act on the terminal, in text or address', () => {
    const acting = /[\p{Cc}\p{Cf}]/u;
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(screenText([[{ text }, { text }]], true)).not.toMatch(acting);
        const address = `https://ui.example/${text}`;
        const opened = screenText([[{ text: 'a', link: address }]], true);
        const [before, shown = '', after] = opened.split('\u001b]8;;').map((part) => part.split('\u001b\\').join('|'));
        expect([before, after]).toEqual(['', '|']);
        expect(shown).not.toMatch(acting);
      }),
    );
  });

  it('is as large as the terminal, else as the variables say, else 80 by 24', () => {
    expect(screenSize({}, {})).toEqual({ columns: 80, rows: 24 });
    expect(screenSize({ COLUMNS: '120', LINES: '50' }, {})).toEqual({ columns: 120, rows: 50 });
    expect(screenSize({ COLUMNS: '120' }, { columns: 100, rows: 30 })).toEqual({ columns: 100, rows: 30 });
    expect(screenSize({ COLUMNS: 'wide', LINES: '-1' }, { columns: 0, rows: 0 })).toEqual({ columns: 80, rows: 24 });
    expect(screenSize({ COLUMNS: '3' }, {}).columns).toBe(40);
  });
});

test.each([
  ['Update my product: SERVER_FAULT', 40, 'Update my product: SERVER_FAULT'],
  ['Update my product: SERVER_FAULT', 20, 'Updat…: SERVER_FAULT'],
  ['Acme: Scanner 4.4.3: SCAN_ERROR', 17, 'Acme…: SCAN_ERROR'],
  ['Update my product: SERVER_FAULT', 14, '…: SERVER_FAU…'],
  ['Update my product: SERVER_FAULT', 11, 'Update my…'],
  ['Account 111122223333: 1 product with issues', 20, '…: 1 product with i…'],
  ['Account 111122223333: 1 product with issues, due 2026-12-10', 31, 'Account 111122223333: 1 produc…'],
  ['製品の説明: SCAN_ERROR', 17, '製品…: SCAN_ERROR'],
  ['no colon, but long', 8, 'no colo…'],
])('a subject keeps what the matter is where there is room: %s in %d', (subject, columns, expected) => {
  expect(cutSubject(subject, columns)).toBe(expected);
});
