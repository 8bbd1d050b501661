import { defined } from '../../defined.ts';
import { failure, failureTypeOf } from '../../failures.ts';
import type { CatalogAssessment, MarketplaceCatalog } from '../../vendors/marketplaceCatalog/port.ts';
import type {
  AffectedProducts,
  AssessmentCheck,
  FailedOption,
  ReminderActivities,
  SecurityActivities,
  SecurityFollowed,
  SecurityFollowing,
} from '../../workflows/securityCase/contract.ts';
import type { PolicyContext } from '../../policies/configured.ts';
import { contextOrNothing } from '../failingCalls.ts';
import { followedPolicy } from '../followedPolicy.ts';
import { describeOptions, unlessRefused } from './affectedOptions.ts';
import { fingerprintOf, fixedSince, newestOfEach, passedSince, subjectOf } from './assessments.ts';
import { followed, planOf } from './followed.ts';

// What goes into the history stays small.
const OPTIONS_LIMIT = 20;
const TRACKED_LIMIT = 200;

/** Makes the activities over the catalog. @param context read at each call, so that a case follows the configuration. */
export function createSecurityActivities({
  catalog,
  context,
}: {
  catalog: MarketplaceCatalog;
  context: PolicyContext;
}): SecurityActivities {
  const expectingListing = <Found>(check: AssessmentCheck, work: () => Promise<Found>): Promise<Found> =>
    catalog.expecting({ account: check.account, catalog: check.catalog }, { listAssessments: 1 }, work);
  return {
    affectedProducts: async (check, following) => ({
      ...(await expectingListing(check, async () => detailed(catalog, check, await listed(catalog, check)))),
      ...(following !== undefined && followed(context, following, following.nowMs)),
    }),
    watchAssessments: ({ known, ...check }, following) =>
      orNotYet(async () => {
        const changed = followedLater(context, following);
        if (changed.policy !== undefined) return changed;
        const found = await expectingListing(check, async () => {
          const listing = await listed(catalog, check);
          return listing?.fingerprint === known ? undefined : detailed(catalog, check, listing);
        });
        if (found !== undefined && found.fingerprint !== known) return found;
        throw failure('NotYet', `Nothing new in the assessments of account ${check.account}.`);
      }),
  };
}

/**
 * Not at the first attempt, which follows a check that has answered the same: two workers of different configurations would
 * have a case change from one to the other without a pause.
 */
function followedLater(context: PolicyContext, following: SecurityFollowing | undefined): SecurityFollowed {
  const info = contextOrNothing()?.info;
  if (following === undefined || info === undefined || info.attempt < 2) return {};
  return followed(context, following, info.currentAttemptScheduledTimestampMs);
}

/** Makes the activity that computes the reminders, with this machine's time zone data. */
export function createReminderActivities(context: PolicyContext): ReminderActivities {
  return {
    async planReminders({ dueAt, nowMs, ...recorded }) {
      const policy = followedPolicy('securityCase', context, recorded);
      return { ...planOf(policy ?? recorded.policy, dueAt, nowMs), ...defined({ policy }) };
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

/** What the listing alone shows. */
interface Listing {
  readonly failed: readonly CatalogAssessment[];
  readonly fixed: readonly FailedOption[];
  readonly passed: readonly string[];
  readonly fingerprint: string;
}

/** Gives undefined where the account may not list its assessments. */
async function listed(
  catalog: MarketplaceCatalog,
  { tracked, reportedAt, account, catalog: name }: AssessmentCheck,
): Promise<Listing | undefined> {
  const answer = await unlessRefused(catalog.listAssessments({ account, catalog: name }));
  if (answer === 'denied') return undefined;
  const assessments = answer === 'gone' ? [] : answer;
  const newest = newestOfEach(assessments);
  const failed = newest.filter(({ result }) => result === 'FAIL');
  const fixed = fixedSince(reportedAt, assessments).slice(0, TRACKED_LIMIT);
  const passed = [...new Set(passedSince([...tracked, ...fixed], newest))];
  return { failed, fixed, passed, fingerprint: fingerprintOf(failed, passed) };
}

async function detailed(
  catalog: MarketplaceCatalog,
  { account, catalog: name }: AssessmentCheck,
  listing: Listing | undefined,
): Promise<AffectedProducts> {
  if (listing === undefined) {
    return { readable: false, missing: ['aws-marketplace:ListAssessments'], fingerprint: 'denied' };
  }
  const { failed, fixed, passed, fingerprint } = listing;
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
    ...(fixed.length > 0 && { fixed }),
    passed,
    missing,
    fingerprint: [fingerprint, ...missing].join(' '),
  };
}
