import fc from 'fast-check';
import type { CatalogAssessment } from '../../../src/ports/marketplaceCatalog.ts';
import { newestOfEach } from '../../../src/vendors/marketplaceCatalog/assessments.ts';

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
      ...row,
      assessmentId: `assessment-${day}`,
      createdAt: new Date(day * 86_400_000).toISOString(),
      expiresAt: undefined,
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
    expiresAt: undefined,
  };
  const undated = { ...subject, assessmentId: 'undated', result: 'FAIL', createdAt };
  const dated = { ...subject, assessmentId: 'dated', result: 'PASS', createdAt: '2026-01-01T00:00:00Z' };
  expect(ids(newestOfEach([undated, dated]))).toEqual(['dated']);
  expect(ids(newestOfEach([dated, undated]))).toEqual(['dated']);
});
