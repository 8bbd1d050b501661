import { itemsLine, itemsSchema, type ItemsProgress } from '../../src/cli/backfillTexts.ts';

const progress = (change: Partial<ItemsProgress> = {}): ItemsProgress => ({
  state: 'delivering',
  given: 110,
  delivered: 25,
  alreadyOpen: 3,
  failed: 0,
  duplicates: 10,
  left: 75,
  secondsLeft: 38,
  ...change,
});

test('the share is of what was not given twice', () => {
  expect(itemsLine([progress()])).toEqual({ share: 0.25, text: '25 of 100 items (25 %), about 38 s left' });
  expect(itemsLine([progress({ delivered: 90, failed: 10, left: 0, state: 'completed', secondsLeft: 0 })])).toEqual({
    share: 1,
    text: '100 of 100 items (100 %), 10 failed, completed',
  });
});

test('several parts are one line; a paused part shows, and the slowest part says how long it takes', () => {
  const { text } = itemsLine([progress(), progress({ state: 'paused', secondsLeft: 7_300 })]);
  expect(text).toBe('50 of 200 items (25 %), about 2.0 h left, paused');
});

test('the status of another workflow is none', () => {
  expect(itemsSchema.safeParse({ state: 'querying' }).data).toBeUndefined();
  expect(itemsSchema.safeParse(progress()).data).toEqual(progress());
});
