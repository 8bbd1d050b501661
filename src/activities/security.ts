import { failureTypeOf } from '../ports/failures.ts';
import type { CatalogAssessment, CatalogScope, MarketplaceCatalog } from '../ports/marketplaceCatalog.ts';
import { type PlannedRung, planRungs, type RungPlan } from './rungs.ts';

/** One delivery option whose newest assessment failed. */
interface AffectedProduct {
  readonly entityId?: string;
  readonly deliveryOptionId?: string;
  /** The controls that did not pass, with the codes of their errors. */
  readonly controls: ReadonlyArray<{ readonly controlId: string; readonly codes: readonly string[] }>;
}

/** What the account's assessments show; an account that may not read them gets its reminders all the same. */
export type AffectedProducts =
  | {
      readonly readable: true;
      /** At most fifty. */
      readonly findings: readonly AffectedProduct[];
      /** How many there are in all. */
      readonly total: number;
    }
  | { readonly readable: false; readonly missingPermission: AssessmentPermission };

type AssessmentPermission = 'aws-marketplace:ListAssessments' | 'aws-marketplace:DescribeAssessment';

/** Activities of a security case. */
export interface SecurityActivities {
  /** Looks which products are affected. Throws a failure of the vocabulary, but never AccessDenied. */
  affectedProducts(scope: CatalogScope): Promise<AffectedProducts>;
  /** Computes when the reminders fall, with this machine's time zone data. */
  planRungs(plan: RungPlan): Promise<readonly PlannedRung[]>;
}

// What goes into the history stays small.
const FINDINGS_LIMIT = 50;
const CONTROLS_LIMIT = 20;
const CODES_LIMIT = 10;

/** Makes the activities over the catalog. */
export function createSecurityActivities({ catalog }: { catalog: MarketplaceCatalog }): SecurityActivities {
  return {
    affectedProducts: async (scope) => {
      const assessments = await unlessDenied(catalog.failedAssessments(scope));
      if (assessments === 'denied') return { readable: false, missingPermission: 'aws-marketplace:ListAssessments' };
      const findings: AffectedProduct[] = [];
      // One after another: the vendor publishes no quota for these calls.
      for (const assessment of assessments.slice(0, FINDINGS_LIMIT)) {
        const controls = await unlessDenied(controlsOf(catalog, scope, assessment));
        if (controls === 'denied') {
          return { readable: false, missingPermission: 'aws-marketplace:DescribeAssessment' };
        }
        findings.push({ ...idsOf(assessment), controls });
      }
      return { readable: true, findings, total: assessments.length };
    },
    planRungs: (plan) => Promise.resolve(planRungs(plan)),
  };
}

async function unlessDenied<Answer>(answer: Promise<Answer>): Promise<Answer | 'denied'> {
  try {
    return await answer;
  } catch (error) {
    if (failureTypeOf(error) === 'AccessDenied') return 'denied';
    throw error;
  }
}

/** An assessment that went away since it was listed has no controls to show. */
async function controlsOf(
  catalog: MarketplaceCatalog,
  scope: CatalogScope,
  assessment: CatalogAssessment,
): Promise<AffectedProduct['controls']> {
  try {
    const failed = await catalog.failedControls(scope, assessment.assessmentId);
    return failed.slice(0, CONTROLS_LIMIT).map(({ controlId, errors }) => ({
      controlId,
      codes: [...new Set(errors.map(({ code }) => code))].slice(0, CODES_LIMIT),
    }));
  } catch (error) {
    if (failureTypeOf(error) === 'NotFound') return [];
    throw error;
  }
}

function idsOf({ entityId, deliveryOptionId }: CatalogAssessment): Omit<AffectedProduct, 'controls'> {
  return {
    ...(entityId === undefined ? {} : { entityId }),
    ...(deliveryOptionId === undefined ? {} : { deliveryOptionId }),
  };
}
