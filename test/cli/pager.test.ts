import { pagerFor, showPaged } from '../../src/cli/pager.ts';

const tall = { isTerminal: true, rows: 24, lines: 120 };

test.each<[string, NodeJS.ProcessEnv, Partial<typeof tall>, string | undefined]>([
  ['the reader’s', { PAGER: 'less' }, {}, 'less'],
  ['that of the steward first', { PAGER: 'less', STEWARD_PAGER: 'most' }, {}, 'most'],
  ['none for the steward alone', { PAGER: 'less', STEWARD_PAGER: '' }, {}, undefined],
  ['none where none is named', {}, {}, undefined],
  ['none that changes nothing', { PAGER: 'cat' }, {}, undefined],
  ['none where nobody wants one', { PAGER: 'less', NO_PAGER: '1' }, {}, undefined],
  ['none in a pipe', { PAGER: 'less' }, { isTerminal: false }, undefined],
  ['none for what fits', { PAGER: 'less' }, { lines: 23 }, undefined],
  ['none where the terminal has no height', { PAGER: 'less' }, { rows: 0 }, undefined],
])('a list that is taller than the terminal: %s', (_name, environment, shown, expected) => {
  expect(pagerFor(environment, { ...tall, ...shown })).toBe(expected);
});

test('a pager that is not there has shown nothing; one that is there gets all of it', () => {
  expect(showPaged('steward-has-no-such-pager 2>/dev/null', 'text', process.env)).toBe(false);
  expect(showPaged('test "$(cat)" = "a long text" || exit 127', 'a long text', process.env)).toBe(true);
});
