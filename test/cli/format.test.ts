import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { instant, pendingText, printable, shellQuoted, table } from '../../src/cli/format.ts';

describe('printable', () => {
  it('takes the control characters out of a text that would recolour the terminal', () => {
    expect(printable('a\u001b[31mred\u0007\nb')).toBe('a [31mred b');
  });

  it('never leaves a character that moves the cursor, and leaves plain words as they are', () => {
    const controls = /[\p{Cc}\p{Cf}]/u;
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => expect(printable(text)).not.toMatch(controls)));
    fc.assert(fc.property(fc.stringMatching(/^\w+( \w+)*$/), (text) => expect(printable(text)).toBe(text)));
  });
});

describe('table', () => {
  const columns = [
    { heading: 'ID', value: (row: { id: string; state: string }) => row.id },
    { heading: 'STATE', value: (row: { id: string; state: string }) => row.state },
  ];

  it('aligns every column and shows a dash for nothing', () => {
    const text = table(columns, [
      { id: 'change-set:1', state: 'retrying' },
      { id: 'x', state: '' },
    ]);
    expect(text.split('\n')).toEqual(['ID            STATE', 'change-set:1  retrying', 'x             -']);
  });

  it('has one line for a row whatever the values hold', () => {
    const row = fc.record({ id: fc.string({ unit: 'binary' }), state: fc.string({ unit: 'binary' }) });
    fc.assert(
      fc.property(fc.array(row), (rows) => expect(table(columns, rows).split('\n')).toHaveLength(rows.length + 1)),
    );
  });
});

describe('instant', () => {
  it('gives seconds in UTC, and nothing for no date', () => {
    expect(instant(new Date('2026-11-22T13:05:07.123+02:00'))).toBe('2026-11-22T11:05:07Z');
    expect(instant(undefined)).toBe('');
  });
});

describe('shellQuoted', () => {
  it.each([
    ['change-set:abc', 'change-set:abc'],
    ['a b', "'a b'"],
    ["it's", "'it'\\''s'"],
    ['', "''"],
  ])('quotes %s only where it has to', (text, quoted) => {
    expect(shellQuoted(text)).toBe(quoted);
  });

  it('is read back unchanged by a real shell', () => {
    const words = fc.sample(
      fc.string({ unit: 'binary-ascii' }).map((text) => text.replaceAll('\0', '')),
      200,
    );
    const script = words.map((word) => `printf '%s\\0' ${shellQuoted(word)}`).join('\n');
    const read = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
    expect(read).toEqual(words);
  });
});

test('a poll that found nothing yet is shown as a check, another failure as one', () => {
  const pending = { type: 'watchElsewhere', attempt: 53, lastFailure: 'Nothing new.' };
  expect(pendingText({ ...pending, isPoll: true })).toBe('watchElsewhere: attempt 53, last check: Nothing new.');
  expect(pendingText(pending)).toBe('watchElsewhere: attempt 53, last failure: Nothing new.');
});
