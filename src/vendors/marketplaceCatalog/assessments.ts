import type { CatalogAssessment } from '../../ports/marketplaceCatalog.ts';

/**
 * The newest assessment of each delivery option and framework, whatever the framework's version: a later PASS ends an
 * earlier FAIL. An assessment that names neither product nor option stands for itself.
 */
export function newestOfEach(assessments: readonly CatalogAssessment[]): CatalogAssessment[] {
  const newest = new Map<string, CatalogAssessment>();
  for (const assessment of assessments) {
    const key = keyOf(assessment);
    const known = newest.get(key);
    if (known === undefined || createdMs(assessment) > createdMs(known)) newest.set(key, assessment);
  }
  return [...newest.values()];
}

function keyOf({ assessmentId, frameworkId, entityId, deliveryOptionId }: CatalogAssessment): string {
  const subject = entityId ?? deliveryOptionId;
  if (subject === undefined) return JSON.stringify([assessmentId]);
  return JSON.stringify([frameworkId?.split('@')[0], entityId, deliveryOptionId]);
}

/** Without a time it counts as old. */
function createdMs({ createdAt }: CatalogAssessment): number {
  return createdAt === undefined ? 0 : Date.parse(createdAt) || 0;
}
