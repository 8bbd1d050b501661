import { createKindTally } from '../../src/delivery/kindTally.ts';

const hourMs = 3_600_000;

test('a kind whose bodies are kept is reported with each event, then once an hour with what came since', () => {
  let nowMs = 0;
  const tally = createKindTally(() => nowMs);
  expect([1, 2, 3].map(() => tally.report('a')?.count)).toEqual([1, 1, 1]);
  tally.stopKeeping('a');
  nowMs = hourMs - 1;
  expect(Array.from({ length: 500 }, () => tally.report('a')?.count)).toEqual(Array(500).fill(undefined));
  nowMs = hourMs;
  expect(tally.report('a')?.count).toBe(501);
  expect(tally.report('a')).toBeUndefined();
});

test('a kind of which nothing is kept is reported at its first event', () => {
  const tally = createKindTally(() => 0);
  tally.stopKeeping('b');
  expect([1, 2].map(() => tally.report('b')?.count)).toEqual([1, undefined]);
});

test('a report that did not arrive is made again, and its event is counted once', () => {
  const tally = createKindTally(() => 0);
  tally.stopKeeping('a');
  const report = tally.report('a');
  report?.undo();
  expect(tally.report('a')?.count).toBe(1);
});

test('a kind that was discarded is not reported again; it is counted on', () => {
  const tally = createKindTally(() => 0);
  tally.forget('a');
  expect(tally.report('a')).toBeUndefined();
  expect([tally.count('a'), tally.count('a')]).toEqual([1, 2]);
});

test('of a flood of kinds a thousand are told apart, and the rest is counted as one', () => {
  const tally = createKindTally(() => 0);
  const reported = Array.from({ length: 5_000 }, (_, index) => tally.report(`kind ${index}`)).filter(Boolean);
  expect(reported).toHaveLength(1_000);
  expect(tally.count('kind 4999')).toBe(1);
  expect(tally.count('kind 4998')).toBe(2);
});

test('ten new kinds of a source are reported one by one within a day, and those stay so; another source has its own ten', () => {
  let nowMs = 0;
  const tally = createKindTally(() => nowMs);
  const alone = (source: string, from: number, to: number): number[] =>
    Array.from({ length: to - from }, (_, index) => from + index).filter((each) =>
      tally.isReportedAlone(`${source}/Kind/${each}`),
    );
  expect(alone('aws.a', 0, 60)).toHaveLength(10);
  expect(alone('aws.b', 0, 60)).toHaveLength(10);
  expect(alone('aws.a', 0, 11)).toHaveLength(10);
  nowMs = 86_400_000;
  expect(alone('aws.a', 50, 70)).toEqual([50, 51, 52, 53, 54, 55, 56, 57, 58, 59]);
});
