import { isSameEnd } from '../../../../src/workflows/offerWatch/transitions/ends.ts';

test.each([
  ['the same instant', '2027-04-30T14:00:00.000Z', '2027-04-30T14:00:00.000Z', true],
  ['with and without milliseconds', '2027-04-30T23:59:59.000Z', '2027-04-30T23:59:59.999Z', true],
  ['the first and the last second of a day', '2027-04-30T00:00:00.000Z', '2027-04-30T23:59:59.999Z', true],
  ['a day, and a time within it', '2027-04-30T14:00:00.000Z', '2027-04-30T23:59:59.999Z', true],
  ['a midnight, and a time after it', '2027-04-30T00:00:00.000Z', '2027-04-30T14:00:00.000Z', true],
  ['the end of a day, and the midnight after it', '2027-04-30T23:59:59.999Z', '2027-05-01T00:00:00.000Z', true],
  ['the next day', '2027-04-30T23:59:59.999Z', '2027-05-01T23:59:59.999Z', false],
  ['two midnights', '2027-04-30T00:00:00.000Z', '2027-05-01T00:00:00.000Z', false],
  ['two times of one day', '2027-04-30T14:00:00.000Z', '2027-04-30T14:05:00.000Z', false],
  ['another year', '2027-04-30T00:00:00.000Z', '2023-01-01T00:00:00.000Z', false],
])('%s: %s and %s are one end: %s', (_name, one, other, same) => {
  expect(isSameEnd(one, other)).toBe(same);
  expect(isSameEnd(other, one)).toBe(same);
});
