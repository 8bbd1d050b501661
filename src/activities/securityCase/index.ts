import { defined } from '../../defined.ts';
import { failure, failureTypeOf } from '../../failures.ts';
import type { CatalogAssessment, CatalogScope, MarketplaceCatalog } from '../../vendors/marketplaceCatalog/port.ts';
import { type AffectedOption, type AssessmentPermission, describeOptions, unlessRefused } from './affectedOptions.ts';
import { type FailedOption, fingerprintOf, newestOfEach, passedSince, subjectOf } from './assessments.ts';
import { type PlannedReminder, planReminders, type ReminderPlan } from './reminderSchedule.ts';

/** What the account's assessments show; an account that may not read them gets its reminders all the same. */
export type AffectedProducts =
  | {
      readonly readable: true;
      /** At most twenty; `total` counts all. */
      readonly options: readonly AffectedOption[];
      readonly total: number;
      /** At most two hundred. */
      readonly failed: readonly FailedOption[];
      /** The subjects of those tracked options that have passed a newer assessment. */
      readonly passed: readonly string[];
      /** Permissions without which controls or titles are not shown. */
      readonly missing: readonly AssessmentPermission[];
      /** Equal for two checks that found the same. */
      readonly fingerprint: string;
    }
  | { readonly readable: false; readonly missing: readonly AssessmentPermission[]; readonly fingerprint: string };

/** What is checked. */
export interface AssessmentCheck extends CatalogScope {
  /** The delivery options that were found failed since the case opened. */
  readonly tracked: readonly FailedOption[];
}

/** Activities of a security case. */
export interface SecurityActivities {
  /** Checks which products are affected. Throws a failure of the vocabulary, but never AccessDenied. */
  affectedProducts(check: AssessmentCheck): Promise<AffectedProducts>;
  /**
   * The same, given only once it differs from an earlier check. Throws NotYet, which the server repeats, while nothing has
   * changed or nobody answers.
   */
  watchAssessments(check: AssessmentCheck & { readonly known: string }): Promise<AffectedProducts>;
  /**
   * Computes when the reminders fall, with this machine's time zone data. RequestRejected for a time zone or an hour that
   * there is not.
   */
  planReminders(plan: ReminderPlan): Promise<readonly PlannedReminder[]>;
}

// What goes into the history stays small.
const OPTIONS_LIMIT = 20;
const TRACKED_LIMIT = 200;

/** Makes the activities over the catalog. */
export function createSecurityActivities({ catalog }: { catalog: MarketplaceCatalog }): SecurityActivities {
  return {
    affectedProducts: async (check) => detailed(catalog, check, await listed(catalog, check)),
    watchAssessments: ({ known, ...check }) =>
      orNotYet(async () => {
        const listing = await listed(catalog, check);
        const found = listing?.fingerprint === known ? undefined : await detailed(catalog, check, listing);
        if (found !== undefined && found.fingerprint !== known) return found;
        throw failure('NotYet', `Nothing new in the assessments of account ${check.account}.`);
      }),
    async planReminders(plan) {
      try {
        return planReminders(plan);
      } catch (error) {
        if (error instanceof RangeError) throw failure('RequestRejected', error.message);
        throw error;
      }
    },
  };
}

/** A check that cannot be had today is as good as none: the next one asks again. What is no vendor's failure is a bug. */
async function orNotYet<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    const type = failureTypeOf(error);
    if (type === undefined || type === 'NotYet' || !(error instanceof Error)) throw error;
    throw failure('NotYet', `The assessments could not be read. ${error.message}`);
  }
}

/** What the listing alone tells. */
interface Listing {
  readonly failed: readonly CatalogAssessment[];
  readonly passed: readonly string[];
  readonly fingerprint: string;
}

/** Gives undefined where the account may not list its assessments. */
async function listed(
  catalog: MarketplaceCatalog,
  { tracked, account, catalog: name }: AssessmentCheck,
): Promise<Listing | undefined> {
  const assessments = await unlessRefused(catalog.listAssessments({ account, catalog: name }));
  if (assessments === 'denied') return undefined;
  const newest = newestOfEach(assessments === 'gone' ? [] : assessments);
  const failed = newest.filter(({ result }) => result === 'FAIL');
  const passed = passedSince(tracked, newest);
  return { failed, passed, fingerprint: fingerprintOf(failed, passed) };
}

async function detailed(
  catalog: MarketplaceCatalog,
  { account, catalog: name }: AssessmentCheck,
  listing: Listing | undefined,
): Promise<AffectedProducts> {
  if (listing === undefined) {
    return { readable: false, missing: ['aws-marketplace:ListAssessments'], fingerprint: 'denied' };
  }
  const { failed, passed, fingerprint } = listing;
  const { options, missing } = await describeOptions(
    catalog,
    { account, catalog: name },
    failed.slice(0, OPTIONS_LIMIT),
  );
  return {
    readable: true,
    options,
    total: failed.length,
    failed: failed.slice(0, TRACKED_LIMIT).map((one) => ({
      subject: subjectOf(one),
      ...defined({ failedAt: one.createdAt }),
    })),
    passed,
    missing,
    fingerprint: [fingerprint, ...missing].join(' '),
  };
}
