import * as fc from 'fast-check';
import { withBar } from '../../src/cli/backfillProgress.ts';
import { changeSetsLine, changeSetsSchema } from '../../src/cli/changeSetsTexts.ts';
import { changeSets } from './changeSets.ts';

test('found, already known, started, failed, rate and time left are in the line', () => {
  const progress = changeSets({ found: 200, known: 20, started: 29, failed: 1, left: 150 });
  expect(changeSetsLine({ ...progress, ratePerSecond: 4, secondsLeft: 37.5 })).toEqual({
    share: 0.25,
    text: '25 %, 38 s left: 200 found, 20 known, 29 started, 1 failed, 4.0 a second',
  });
  expect(changeSetsLine({ ...progress, state: 'paused' }).text).toMatch(/^25 %, paused: 200 found/);
});

test('eighty columns show all but the rate, with the bar and the command’s own mark behind it', () => {
  const usual = changeSets({ found: 2000, known: 1700, started: 199, failed: 1, left: 100 });
  const line = withBar(changeSetsLine({ ...usual, secondsLeft: 25 }));
  expect(line).toMatch(/^\[#########\.\] 95 %, 25 s left: .* 1 failed$/);
  expect(`${line} …`.length).toBeLessThan(80);
});

test('the line has no share while the worker finds them, nor in a dry run', () => {
  expect(changeSetsLine(changeSets({ state: 'finding', found: 40, left: 40 }))).toEqual({
    text: '40 change sets found',
  });
  expect(changeSetsLine(changeSets({ dryRun: true, state: 'completed', found: 40, known: 10, left: 30 }))).toEqual({
    text: '40 change sets found, 10 already known, completed',
  });
});

test('at its limit a backfill is done', () => {
  const progress = changeSets({ found: 200, known: 0, started: 10, left: 190 });
  expect(changeSetsLine(progress).share).toBe(0.05);
  expect(changeSetsLine(progress, 10).share).toBe(1);
  expect(changeSetsLine(progress, 20).share).toBe(0.5);
});

test('whatever the numbers: a share is from 0 to 1, and 1 where nothing is left', () => {
  const count = fc.nat(50_000);
  const limit = fc.option(fc.integer({ min: 1, max: 50_000 }), { nil: undefined });
  fc.assert(
    fc.property(count, count, count, count, limit, (known, started, failed, left, most) => {
      const found = known + started + failed + left;
      const { share } = changeSetsLine(changeSets({ found, known, started, failed, left }), most);
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThanOrEqual(1);
      expect(share === 1).toBe(left === 0 || (most !== undefined && started >= most));
    }),
  );
});

test('the status of another workflow is none', () => {
  expect(changeSetsSchema.safeParse({ state: 'delivering', given: 3 }).data).toBeUndefined();
  expect(changeSetsSchema.safeParse(changeSets()).data).toEqual(changeSets());
});
