import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { detailsText, inWords, withDistances } from '../../src/cli/detailsText.ts';
import { details, jsonBlock, plain } from '../../src/workflows/shared/markdown.ts';
import { answerLines } from '../../src/workflows/shared/operatorCommands.ts';
import { securityCommands } from '../../src/workflows/securityCase/contract.ts';

const nowMs = Date.parse('2026-11-30T07:30:00Z');
const shown = (markdown: string, width = 80): string[] =>
  detailsText(markdown, nowMs, width).map(stripVTControlCharacters);

test('details have the words of the Web UI, without its marks and its data to paste', () => {
  const markdown = details([
    `## Needs a decision: ${plain('Update *my* [product]')}`,
    '**Due:** 2026-12-02 09:00 UTC',
    '',
    '**AWS on [76yes](https://aws.amazon.com/marketplace/requests/76yes):** FAILED',
    '- `INVALID_INPUT` (AddDimensions): the input is not right',
    ...answerLines(securityCommands, ['acknowledge', 'snooze'], 'security:1'),
    'After an answer press R: this page does not refresh itself.',
    '- 2026-11-30 05:30 UTC: **retry** by ann: why not',
  ]);
  expect(shown(markdown)).toEqual([
    'Needs a decision: Update *my* [product]',
    'Due: 2026-12-02 09:00 UTC (in 2 d)',
    '',
    'AWS on 76yes: FAILED',
    '',
    '- INVALID_INPUT (AddDimensions): the input is not right',
    '',
    'What you can answer:',
    '',
    expect.stringMatching(/^- acknowledge: /),
    ...shown(markdown)
      .slice(10, -2)
      .filter((line) => /^(?:- snooze: | {2})/.test(line)),
    '',
    '- 2026-11-30 05:30 UTC (2 h ago): retry by ann: why not',
  ]);
  expect(shown(markdown).join('\n')).not.toMatch(/[{}`]|\*\*|steward /);
});

test('whatever a text holds, it is shown as it was', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z][ -~]{0,60}[a-z]$/), (text) => {
      // Dates get how far they are. What might be an address is rewritten with a slash: one with backslashes too.
      fc.pre(!/\d{4}-\d\d-\d\d|:\/\/|www\.|[?&=/@%;#]|\s\s/.test(text) && !plain(text).includes('/'));
      expect(shown(`**Why:** ${plain(text)}`, 200)).toEqual([`Why: ${text}`]);
    }),
  );
});

test('no line is wider than the width, but for one word', () => {
  fc.assert(
    fc.property(
      fc.array(fc.lorem({ maxCount: 30 }), { maxLength: 6 }),
      fc.integer({ min: 40, max: 110 }),
      (texts, width) => {
        const lines = shown(details(texts.map((text, index) => `${index % 2 === 0 ? '- ' : ''}${text}`)), width);
        expect(lines.filter((line) => line.length > width)).toEqual([]);
      },
    ),
  );
});

test('a block of JSON is left out whole, unless a sentence announces it', () => {
  const signal = ['Send the signal `recheck`:', jsonBlock({ eventId: '<your-name>, 1' }), 'after'].join('\n');
  expect(shown(signal)).toEqual(['Send the signal recheck:', '{', '"eventId": "<your-name>, 1"', '}', 'after']);
  expect(shown(['before', jsonBlock({ a: 'x'.repeat(80), b: ['y'] }), 'after'].join('\n'))).toEqual([
    'before',
    'after',
  ]);
});

test.each([
  ['at 2026-11-30 05:30 UTC.', 'at 2026-11-30 05:30 UTC (2 h ago).'],
  ['until 2026-12-02 09:00 UTC, in 2 days', 'until 2026-12-02 09:00 UTC, in 2 days'],
  ['until 2026-12-02 09:00 UTC (in 2 d)', 'until 2026-12-02 09:00 UTC (in 2 d)'],
  ['next at 2026-11-30T07:34:00.123Z, last', 'next at 2026-11-30 07:34 UTC (in 4 min), last'],
  ['on 2026-11-30', 'on 2026-11-30'],
])('%s', (text, expected) => expect(withDistances(text, nowMs)).toBe(expected));

test('a status is shown in words, not in JSON', () => {
  const report = { eventId: 'e', openIssues: 2, products: [{ id: 'p1', title: 'My AMI' }, { id: 'p2' }], none: null };
  expect(inWords('lastReport', report, nowMs)).toEqual([
    'last report:',
    '  event id: e',
    '  open issues: 2',
    '  products:',
    '    - id: p1',
    '      title: My AMI',
    '    - id: p2',
  ]);
  expect(inWords('dueAt', '2026-12-02T09:00:00.000Z', nowMs)).toEqual(['due at: 2026-12-02 09:00 UTC (in 2 d)']);
  expect(inWords('affected', [], nowMs)).toEqual([]);
  fc.assert(fc.property(fc.jsonValue(), (value) => expect(inWords('a', value, nowMs).length).toBeLessThan(20_000)));
});
