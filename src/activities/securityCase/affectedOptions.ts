import { defined } from '../../defined.ts';
import { failureTypeOf } from '../../failures.ts';
import type {
  CatalogAssessment,
  CatalogProduct,
  CatalogScope,
  MarketplaceCatalog,
} from '../../vendors/marketplaceCatalog/port.ts';
import type { AffectedOption, AssessmentPermission } from '../../workflows/securityCase/contract.ts';
import { vendorText } from '../../workflows/shared/markdown.ts';

// What goes into the history stays small.
const PROBLEMS_LIMIT = 5;
const MESSAGE_LIMIT = 120;
const TITLE_LIMIT = 100;

/**
 * What operators know failed options by, and which permissions that lacked. One call after another: the vendor publishes no
 * quota for the assessments.
 */
export async function describeOptions(
  catalog: MarketplaceCatalog,
  scope: CatalogScope,
  failed: readonly CatalogAssessment[],
): Promise<{ options: readonly AffectedOption[]; missing: readonly AssessmentPermission[] }> {
  const missing = new Set<AssessmentPermission>();
  const products = new Map<string, CatalogProduct | undefined>();
  const options: AffectedOption[] = [];
  const entities = new Set(failed.flatMap(({ entityId }) => entityId ?? []));
  catalog.expects(scope, { describeAssessment: failed.length, describeEntity: entities.size });
  for (const assessment of failed) {
    const { assessmentId, entityId } = assessment;
    const problems = await unlessRefused(catalog.failedControls(scope, assessmentId));
    if (problems === 'denied') missing.add('aws-marketplace:DescribeAssessment');
    if (entityId !== undefined && !products.has(entityId)) {
      const product = await unlessRefused(catalog.describeProduct(scope, entityId));
      if (product === 'denied') missing.add('aws-marketplace:DescribeEntity');
      products.set(entityId, typeof product === 'object' ? product : undefined);
    }
    options.push({
      ...namesOf(assessment, products.get(entityId ?? '')),
      problems: Array.isArray(problems) ? problemsOf(problems) : [],
    });
  }
  return { options, missing: [...missing] };
}

function namesOf(
  { entityId, deliveryOptionId }: CatalogAssessment,
  product: CatalogProduct | undefined,
): Omit<AffectedOption, 'problems'> {
  const version = product?.versions.find(({ deliveryOptionIds }) => deliveryOptionIds.includes(deliveryOptionId ?? ''));
  return defined({
    entityId,
    productTitle: product?.title === undefined ? undefined : vendorText(product.title, TITLE_LIMIT),
    deliveryOptionId,
    versionTitle: version?.title === undefined ? undefined : vendorText(version.title, TITLE_LIMIT),
  });
}

/** A message of the vendor's may hold the address of a scan's findings, which is a secret. */
function problemsOf(controls: Awaited<ReturnType<MarketplaceCatalog['failedControls']>>): string[] {
  const problems = controls.flatMap(({ controlId, errors }) =>
    errors.length === 0
      ? [controlId]
      : errors.map(({ code, message = '' }) => {
          const shown = vendorText(message, MESSAGE_LIMIT);
          return `${controlId}: ${code}${shown === '' ? '' : ` (${shown})`}`;
        }),
  );
  return [...new Set(problems)].slice(0, PROBLEMS_LIMIT);
}

/** `denied` without the permission, `gone` where what was listed a moment ago is not there any more. */
export async function unlessRefused<Answer>(answer: Promise<Answer>): Promise<Answer | 'denied' | 'gone'> {
  try {
    return await answer;
  } catch (error) {
    if (failureTypeOf(error) === 'AccessDenied') return 'denied';
    if (failureTypeOf(error) === 'NotFound') return 'gone';
    throw error;
  }
}
