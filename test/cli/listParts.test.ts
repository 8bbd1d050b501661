import { parse as parseCsv } from 'csv-parse/sync';
import fc from 'fast-check';
import { csvText } from '../../src/cli/csv.ts';
import { clockTime, fromNow, lengthText } from '../../src/cli/distances.ts';
import { conditionProblem } from '../../src/cli/givenQuery.ts';
import { listCsv, listDocument, totalsText } from '../../src/cli/listOutput.ts';
import { shortId } from '../../src/cli/listRows.ts';
import { dueWhen, sinceWhen } from '../../src/cli/whens.ts';
import { changeSetWorkflowId } from '../../src/workflows/changeSetRemediation/contract.ts';

const nowMs = Date.parse('2026-11-30T07:15:00Z');

describe('times', () => {
  it.each([
    [0, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3_599_999, '59 min'],
    [3_600_000, '1 h'],
    [47 * 3_600_000, '47 h'],
    [48 * 3_600_000, '2 d'],
    [800 * 86_400_000, '2 y'],
    [-5, '0 s'],
  ])('%d ms is %s', (lengthMs, text) => expect(lengthText(lengthMs)).toBe(text));

  it('say how far they are, and stay what they are where they are none', () => {
    expect(fromNow(nowMs + 7_200_000, nowMs)).toBe('in 2 h');
    expect(fromNow(nowMs - 3 * 86_400_000, nowMs)).toBe('3 d ago');
    expect(clockTime('2026-12-01T09:00:00Z', nowMs)).toBe('2026-12-01 09:00 UTC (in 25 h)');
    expect(clockTime('tomorrow', nowMs)).toBe('tomorrow');
  });

  it.each([
    ['24h', '2026-11-29T07:15:00.000Z'],
    ['2w', '2026-11-16T07:15:00.000Z'],
    ['today', '2026-11-30T00:00:00.000Z'],
    ['yesterday', '2026-11-29T00:00:00.000Z'],
    ['2026-11-01', '2026-11-01T00:00:00.000Z'],
    ['2026-11-01T08:00:00+01:00', '2026-11-01T07:00:00.000Z'],
    ['99999w', '1970-01-01T00:00:00.000Z'],
  ])('since %s is %s', (text, iso) => expect(sinceWhen(text, nowMs)).toBe(iso));

  it.each([
    ['overdue', '2026-11-30T07:15:00.000Z'],
    ['today', '2026-12-01T07:15:00.000Z'],
    ['7d', '2026-12-07T07:15:00.000Z'],
    ['2026-12-01', '2026-12-02T00:00:00.000Z'],
    ['2026-12-01T08:00:00Z', '2026-12-01T08:00:00.000Z'],
  ])('due %s is %s', (text, iso) => expect(dueWhen(text, nowMs)).toBe(iso));

  it.each(['', '7', 'd', '-7d', '7 d', '1.5h', '2026-02-30', '2026-12-01T08:00', 'tomorow'])('%j is none', (text) => {
    expect(() => sinceWhen(text, nowMs)).toThrow('is needed');
    expect(() => dueWhen(text, nowMs)).toThrow('is needed');
  });
});

describe('a condition', () => {
  it.each([
    'StewardState = "open"',
    'A = 1 OR (B = 2 AND C = "a) b")',
    String.raw`A = "quoted \") still"`,
    "A = 'it is (fine'",
    'A = "https://x.example/#a--b /*"',
  ])('is taken: %s', (condition) => expect(conditionProblem(condition)).toBeUndefined());

  it.each([
    ['  ', 'empty'],
    ['A = 1) OR (B = 2', 'closes a parenthesis'],
    ['(A = 1', 'opens a parenthesis'],
    ['A = "1', 'opens a quote'],
    [String.raw`A = "1\"`, 'opens a quote'],
    ['A'.repeat(4_001), 'longer than'],
    ['A = 1 /* ( */ ) OR (B = 2 /* ) */', 'a comment'],
    ['A = 1 -- (', 'a comment'],
    ['A = 1 # (', 'a comment'],
  ])('is refused: %s', (condition, words) => expect(conditionProblem(condition)).toContain(words));
});

describe('CSV', () => {
  it('is read back as it was, in lines that end with CR LF', () => {
    const value = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/\p{Cc}/gu, ' '));
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { maxLength: 5 }), (rows) => {
        const text = `${csvText(['a', 'b'], rows)}\n`;
        const read = parseCsv(text, { record_delimiter: '\r\n' }) as string[][];
        const harmless = (cell: string): string => (/^\s*[=+\-@＋－＝＠]/u.test(cell) ? `'${cell}` : cell);
        expect(read).toEqual([['a', 'b'], ...rows.map((row) => row.map(harmless))]);
      }),
    );
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', ' =1', '\t=1', '＝1', '\u001b=1'])('makes no formula of %j', (value) => {
    const [, cell = ''] = csvText(['a'], [[value]]).split('\r\n');
    expect(cell.replace(/^"/, '')).toMatch(/^'/);
  });
});

const row = {
  type: 'changeSetRemediation',
  workflowId: 'change-set:abc',
  runId: 'r',
  status: 'RUNNING',
  urgency: 'overdue',
  subject: '=cmd, "x"',
  startedAt: '2026-11-30T07:00:00.000Z',
} as const;

test('columns choose what programs get', () => {
  expect(listDocument([row], ['id', 'due', 'urgency'])).toEqual([{ workflowId: 'change-set:abc', urgency: 'overdue' }]);
  expect(listDocument([row], undefined)).toEqual([row]);
  expect(listCsv([row], ['subject', 'id', 'age', 'started'])).toBe(
    'subject,workflowId,startedAt\r\n"\'=cmd, ""x""",change-set:abc,2026-11-30T07:00:00.000Z\r',
  );
});

test('totals are given by urgency', () => {
  const totals = { overdue: 2, dueToday: 0, needsDecision: 173, waiting: 1_059, informational: 0 };
  expect(totalsText(50, totals)).toBe('50 of 1,234: 2 overdue, 173 to decide, 1,059 waiting.');
  expect(totalsText(1_234, totals)).toMatch(/^1,234 in all: /);
});

test('a short id is one that the commands find', () => {
  expect(shortId('change-set:abc')).toBe('abc');
  const others = ['security:1', 'change-set:', 'change-set:a:b', 'by-hand', 'item:merchant:abc'];
  expect(others.map(shortId)).toEqual(others);
  const long = changeSetWorkflowId('x'.repeat(400));
  expect(changeSetWorkflowId(shortId(long))).toBe(long);
});
