import fc from 'fast-check';
import { inputProblem, recorded, type AuditEntry } from '../../../src/workflows/shared/operatorCommands.ts';
import { withoutAddresses } from '../../../src/addresses.ts';
import { details, jsonBlock, plain, readableTime } from '../../../src/workflows/shared/markdown.ts';
import { remember } from '../../../src/workflows/shared/seen.ts';

describe('seen identities', () => {
  test('a repeat is told apart, and the memory is bounded', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 3 }), { maxLength: 60 }), (ids) => {
        let seen: readonly string[] = [];
        const taken = ids.filter((id) => {
          const after = remember(seen, id);
          seen = after ?? seen;
          return after !== undefined;
        });
        expect(taken).toEqual([...new Set(ids)]);
      }),
    );
    const many = Array.from({ length: 3_000 }, (_, index) => `${index}`).reduce<readonly string[]>(
      (seen, id) => remember(seen, id) ?? seen,
      [],
    );
    expect(many).toHaveLength(1_000);
    expect(remember(many, '2999')).toBeUndefined();
  });
});

describe('commands typed by operators', () => {
  test.each([
    [undefined, 'the data is nothing'],
    [[], 'the data is an array'],
    ['ann', 'the data is a text of 3 characters'],
    [{}, '"actor" must be'],
    [{ actor: ' ', reason: 'x' }, '"actor" must be a text of 1 to 200 characters, but it is an empty text'],
    [{ actor: 'ann', reason: 7 }, '"reason" must be a text of 1 to 1000 characters, but it is a number'],
    [{ actor: '<your-name>', reason: 'x' }, '"actor" is still the placeholder <your-name>'],
    [{ actor: 'x'.repeat(201), reason: 'x' }, 'a text of 201 characters'],
  ])('%j is refused with the field named and an example', (value, expected) => {
    expect(inputProblem(value)).toContain(expected);
    expect(inputProblem(value)).toContain('{\n  "actor": "<your-name>"');
  });

  test('a whole command is taken, unknown keys and all', () => {
    expect(inputProblem({ actor: 'ann', reason: 'why', ticket: 1 })).toBeUndefined();
  });

  test('the record keeps the newest hundred', () => {
    const { audit } = Array.from({ length: 120 }).reduce<{ audit: readonly AuditEntry[] }>(
      (state, _, index) => recorded(state, 'retry', { actor: 'ann', reason: `${index}` }, 0),
      { audit: [] },
    );
    expect(audit).toHaveLength(100);
    expect(audit.at(-1)?.reason).toBe('119');
  });
});

describe('markdown', () => {
  test('no text of a vendor can become markup, a line or more than its length', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), (text) => {
        const shown = plain(text, 100);
        expect(shown).not.toContain('\n');
        expect(shown.replace(/\\./g, '')).not.toMatch(/[`*_{}[\]<>()#+!|~\\]/);
        expect(shown.replace(/\\/g, '').length).toBeLessThanOrEqual(100);
      }),
    );
  });

  test('addresses keep their host only', () => {
    expect(withoutAddresses('see https://scan.example:444/a/b?token=1#x, or http://h')).toBe(
      'see https[:]//scan.example:444/…, or http[:]//h/…',
    );
  });

  test('details stay under the length that every proxy passes', () => {
    expect(details(Array.from({ length: 900 }, () => 'nine chars')).length).toBeLessThanOrEqual(4_000);
  });

  test('lists and quotes stand apart from the text around them', () => {
    expect(details(['## Title', '**Why:** because', '> quoted', '- one', '- two', 'text', '', '- three'])).toBe(
      '## Title\n**Why:** because\n\n> quoted\n\n- one\n- two\n\ntext\n\n- three',
    );
  });

  test('JSON to copy never leaves the frame, and stands on several lines, which one click submits', () => {
    expect(jsonBlock({ actor: 'ann', reason: 'why' })).toBe('```json\n{\n  "actor": "ann",\n  "reason": "why"\n}\n```');
    const long = { actor: 'ann', reason: 'why', changes: [{ index: 0, details: '{"…":"…"}' }] };
    const lines = jsonBlock(long).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
    expect(JSON.parse(lines.slice(1, -1).join('\n'))).toEqual(long);
  });

  test('times are readable, and what is none is shown as it is', () => {
    expect(readableTime('2026-11-22T13:05:59+01:00')).toBe('2026-11-22 12:05 UTC');
    expect(readableTime('soon*')).toBe('soon\\*');
  });
});
