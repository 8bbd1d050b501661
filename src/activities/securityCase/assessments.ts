import { createHash } from 'node:crypto';
import { defined } from '../../defined.ts';
import type { CatalogAssessment } from '../../vendors/marketplaceCatalog/port.ts';
import type { FailedOption } from '../../workflows/securityCase/contract.ts';

/** The identity of what an assessment is about, whatever the framework's version. One that names nothing is its own. */
export function subjectOf({ assessmentId, frameworkId, entityId, deliveryOptionId }: CatalogAssessment): string {
  const named = entityId ?? deliveryOptionId;
  if (named === undefined) return assessmentId;
  return [frameworkId?.split('@')[0], entityId, deliveryOptionId].map((part) => part ?? '').join('/');
}

/** The newest assessment of each subject: a later PASS ends an earlier FAIL. */
export function newestOfEach(assessments: readonly CatalogAssessment[]): CatalogAssessment[] {
  const newest = new Map<string, CatalogAssessment>();
  for (const assessment of assessments) {
    const subject = subjectOf(assessment);
    const known = newest.get(subject);
    if (known === undefined || createdMs(assessment) > createdMs(known)) newest.set(subject, assessment);
  }
  return [...newest.values()];
}

/**
 * Which of the options that have failed have passed since: their newest assessment says PASS and is newer than the one
 * that failed. One that is not listed any more proves nothing.
 */
export function passedSince(tracked: readonly FailedOption[], newest: readonly CatalogAssessment[]): string[] {
  const passedMs = new Map(
    newest.filter(({ result }) => result === 'PASS').map((one) => [subjectOf(one), createdMs(one)] as const),
  );
  return tracked.flatMap(({ subject, failedAt }) =>
    (passedMs.get(subject) ?? 0) > instantMs(failedAt) ? [subject] : [],
  );
}

/**
 * The options that had failed when a report was made and have passed since: the newest assessment before the report says
 * FAIL, and the newest of all says PASS.
 */
export function fixedSince(reportedAt: string, assessments: readonly CatalogAssessment[]): FailedOption[] {
  const reportedMs = instantMs(reportedAt);
  const passed = new Set(
    newestOfEach(assessments)
      .filter(({ result }) => result === 'PASS')
      .map(subjectOf),
  );
  return newestOfEach(assessments.filter((one) => createdMs(one) < reportedMs)).flatMap((one) =>
    one.result === 'FAIL' && passed.has(subjectOf(one))
      ? [{ subject: subjectOf(one), ...defined({ failedAt: one.createdAt }) }]
      : [],
  );
}

/** What two checks are compared by: equal where the same assessments have failed and the same options have passed. */
export function fingerprintOf(failed: readonly CatalogAssessment[], passed: readonly string[]): string {
  const ids = failed.map(({ assessmentId }) => assessmentId).toSorted();
  return createHash('sha256')
    .update(JSON.stringify([ids, passed.toSorted()]))
    .digest('hex')
    .slice(0, 32);
}

function createdMs({ createdAt }: CatalogAssessment): number {
  return instantMs(createdAt);
}

/** Without a time it counts as old. */
function instantMs(text: string | undefined): number {
  return text === undefined ? 0 : Date.parse(text) || 0;
}
