import {
  backfillProgress,
  progressLine,
  progressTeller,
  type BackfillProgress,
} from '../../src/cli/backfillProgress.ts';

const progress = (change: Partial<BackfillProgress> = {}): BackfillProgress => ({
  state: 'handingOver',
  given: 110,
  handedOver: 25,
  alreadyOpen: 3,
  failed: 0,
  duplicates: 10,
  left: 75,
  secondsLeft: 38,
  ...change,
});

test('a bar shows the share of what was not given twice', () => {
  expect(progressLine([progress()], true)).toBe('[######..................] 25 of 100 items (25 %), about 38 s left');
  expect(
    progressLine([progress({ handedOver: 90, failed: 10, left: 0, state: 'completed', secondsLeft: 0 })], true),
  ).toBe('[########################] 100 of 100 items (100 %), 10 failed, completed');
});

test('several parts are one line; what is paused is said, the slowest part tells the time', () => {
  const line = progressLine([progress(), progress({ state: 'paused', secondsLeft: 7_300 })], false);
  expect(line).toBe('50 of 200 items (25 %), about 2.0 h left, paused');
});

test('on a terminal the line is redrawn each time; elsewhere it is said when it changed, every ten seconds at most', () => {
  const said: string[] = [];
  const redrawn: string[] = [];
  let nowMs = 0;
  const report = { redraw: (line: string) => redrawn.push(line), say: (line: string) => said.push(line) };
  const terminal = progressTeller({ ...report, isTerminal: true, nowMs: () => nowMs });
  for (let look = 0; look < 3; look += 1) terminal([progress()]);
  expect({ redrawn: redrawn.length, said }).toEqual({ redrawn: 3, said: [] });

  const log = progressTeller({ ...report, isTerminal: false, nowMs: () => nowMs });
  for (const [atMs, handedOver] of [
    [0, 25],
    [5_000, 30],
    [10_000, 30],
    [30_000, 30],
    [40_000, 40],
  ] as const) {
    nowMs = atMs;
    log([progress({ handedOver })]);
  }
  expect(said.map((line) => line.split(' ')[0])).toEqual(['25', '30', '40']);
  expect(said.join('')).not.toContain('[');
});

test('the status of another workflow is none', () => {
  expect(backfillProgress({ state: 'querying' })).toBeUndefined();
  expect(backfillProgress(progress())).toEqual(progress());
});
