import fc from 'fast-check';
import {
  fingerprintOf,
  newestOfEach,
  passedSince,
  subjectOf,
} from '../../../src/activities/securityCase/assessments.ts';
import type { CatalogAssessment } from '../../../src/vendors/marketplaceCatalog/port.ts';
import { defined } from '../../../src/defined.ts';

const assessments = fc
  .uniqueArray(
    fc.record({
      day: fc.integer({ min: 1, max: 10_000 }),
      entityId: fc.constantFrom('prod-a', 'prod-b', undefined),
      deliveryOptionId: fc.constantFrom('do-a', 'do-b', undefined),
      frameworkId: fc.constantFrom('AMISecurity@1.0', 'AMISecurity@1.1', 'ContainerSecurity@1.0', undefined),
      result: fc.constantFrom('PASS', 'FAIL'),
    }),
    { selector: ({ day }) => day },
  )
  .map((rows) =>
    rows.map(({ day, ...row }): CatalogAssessment => ({
      ...defined(row),
      assessmentId: `assessment-${day}`,
      createdAt: new Date(day * 86_400_000).toISOString(),
    })),
  );
const ids = (rows: readonly CatalogAssessment[]) => rows.map(({ assessmentId }) => assessmentId).toSorted();
const sameSubject = (one: CatalogAssessment, other: CatalogAssessment): boolean =>
  (one.entityId !== undefined || one.deliveryOptionId !== undefined) &&
  one.entityId === other.entityId &&
  one.deliveryOptionId === other.deliveryOptionId &&
  one.frameworkId?.split('@')[0] === other.frameworkId?.split('@')[0];

test('an assessment counts when no newer one is about the same subject, whatever the order', () => {
  fc.assert(
    fc.property(assessments, (rows) => {
      const expected = rows.filter(
        (row) => !rows.some((other) => sameSubject(row, other) && (other.createdAt ?? '') > (row.createdAt ?? '')),
      );
      expect(ids(newestOfEach(rows))).toEqual(ids(expected));
      expect(ids(newestOfEach(rows.toReversed()))).toEqual(ids(expected));
    }),
  );
});

test.each([undefined, 'no time'])('an assessment with the time %j is older than any other', (createdAt) => {
  const subject = {
    entityId: 'prod-a',
    deliveryOptionId: 'do-a',
    frameworkId: 'AMISecurity@1.0',
  };
  const undated = { ...subject, assessmentId: 'undated', result: 'FAIL', ...defined({ createdAt }) };
  const dated = { ...subject, assessmentId: 'dated', result: 'PASS', createdAt: '2026-01-01T00:00:00Z' };
  expect(ids(newestOfEach([undated, dated]))).toEqual(['dated']);
  expect(ids(newestOfEach([dated, undated]))).toEqual(['dated']);
});

const option = (
  result: string,
  day: number,
  more: { createdAt?: string | undefined; deliveryOptionId?: string; frameworkId?: string } = {},
): CatalogAssessment =>
  defined({
    assessmentId: `assessment-${result}-${day}`,
    frameworkId: 'AMISecurity@1.0',
    entityId: 'prod-a',
    deliveryOptionId: 'do-a',
    result,
    createdAt: `2026-01-${String(day).padStart(2, '0')}T00:00:00Z`,
    ...more,
  });
const subject = subjectOf(option('FAIL', 1));
const failedOnDay5 = { subject, failedAt: '2026-01-05T00:00:00Z' };

test.each([
  ['a newer PASS', [option('PASS', 6)], [subject]],
  [
    'a newer PASS under another version of the framework',
    [option('PASS', 6, { frameworkId: 'AMISecurity@2.0' })],
    [subject],
  ],
  ['a PASS of the same time', [option('PASS', 5)], []],
  ['an older PASS', [option('PASS', 4)], []],
  ['a PASS without a time', [option('PASS', 6, { createdAt: undefined })], []],
  ['another FAIL', [option('FAIL', 6)], []],
  ['a PASS of another delivery option', [option('PASS', 6, { deliveryOptionId: 'do-b' })], []],
  ['a PASS under another framework', [option('PASS', 6, { frameworkId: 'ContainerSecurity@1.0' })], []],
  ['no assessment any more', [], []],
])('%s: whether the option has passed since it failed', (_, newest, passed) => {
  expect(passedSince([failedOnDay5], newest)).toEqual(passed);
});

test('two checks differ by what has failed and what has passed, not by the order', () => {
  const [one, other] = [option('FAIL', 1), option('FAIL', 2)];
  expect(fingerprintOf([one, other], ['a', 'b'])).toBe(fingerprintOf([other, one], ['b', 'a']));
  const different = [
    fingerprintOf([one], []),
    fingerprintOf([other], []),
    fingerprintOf([one], ['a']),
    fingerprintOf([], []),
  ];
  expect(new Set(different).size).toBe(different.length);
});
