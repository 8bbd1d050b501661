import { progressReporter, withBar, type ProgressLine } from '../../src/cli/backfillProgress.ts';

test('a bar is as full as the share, and is not shown while nobody knows how much there is', () => {
  expect(withBar({ share: 0.25, text: '25 of 100' })).toBe('[##........] 25 of 100');
  expect(withBar({ share: 1, text: 'all' })).toBe('[##########] all');
  expect(withBar({ share: 0.999, text: 'nearly' })).toBe('[#########.] nearly');
  expect(withBar({ text: '7 found' })).toBe('7 found');
});

test('on a terminal the line is redrawn each time; elsewhere it is said when it changed, every ten seconds at most', () => {
  const said: string[] = [];
  const redrawn: string[] = [];
  let nowMs = 0;
  const report = { redraw: (line: string) => redrawn.push(line), say: (line: string) => said.push(line) };
  const lineOf = (done: number): ProgressLine => ({ share: done / 100, text: `${done} of 100` });
  const terminal = progressReporter({ ...report, isTerminal: true, nowMs: () => nowMs });
  for (let check = 0; check < 3; check += 1) terminal(lineOf(50));
  expect(redrawn).toEqual(Array(3).fill('[#####.....] 50 of 100'));
  expect(said).toEqual([]);

  const log = progressReporter({ ...report, isTerminal: false, nowMs: () => nowMs });
  for (const [atMs, done] of [
    [0, 25],
    [5_000, 30],
    [10_000, 30],
    [30_000, 30],
    [40_000, 40],
  ] as const) {
    nowMs = atMs;
    log(lineOf(done));
  }
  expect(said).toEqual(['25 of 100', '30 of 100', '40 of 100']);
});
