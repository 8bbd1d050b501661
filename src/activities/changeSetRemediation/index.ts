import { Context } from '@temporalio/activity';
import { defined } from '../../defined.ts';
import { failure, failureTypeOf } from '../../failures.ts';
import type { EventDelivery } from '../../delivery/eventDelivery.ts';
import type { CatalogChangeSet, MarketplaceCatalog } from '../../vendors/marketplaceCatalog/port.ts';
import type { Modes } from '../../config/modes.ts';
import type {
  ChangeSetActivities,
  ChangeSetFollowed,
  ChangeSetFollowing,
  ChangeSetReference,
  ConcurrentChanges,
  LineageReference,
  OutcomeActivities,
  OutcomeFound,
  Reporting,
  WaitLasts,
} from '../../workflows/changeSetRemediation/contract.ts';
import { covers, knownWork } from '../../workflows/changeSetRemediation/lineage.ts';
import type { PolicyContext } from '../../policies/configured.ts';
import { followed } from '../followedPolicy.ts';
import { describeDifference } from './amendments.ts';
import { concurrentChangesIn, concurrentChangesWithOwn, snapshot } from './concurrentChanges.ts';
import { diagnosisOf } from './diagnosis.ts';
import { expectedCalls } from './expectedCalls.ts';
import type { GrantedPermits } from './permit.ts';
import { createReachedCaps } from './reachedCaps.ts';
import { reportingWait } from './reporting.ts';
import { describeSuccess } from './success.ts';
import { submitSuccessor } from './submit.ts';
import { findSuccessors, successorsIn } from './successors.ts';

/** What brings an activity's attempt later than this after it was scheduled is an operator, or a wait. */
const atOnceMs = 60_000;

/**
 * Whether this is the first attempt of an activity that was scheduled just now. After `temporal activity reset` attempts
 * count from 1 again, but the activity was scheduled long ago.
 */
function isFirstCheck(): boolean {
  const { attempt, scheduledTimestampMs } = Context.current().info;
  return attempt === 1 && Date.now() - scheduledTimestampMs < atOnceMs;
}

/**
 * Makes the activities of `changeSetRemediation` that call AWS.
 * @param ports the vendor's catalog, the accounts' modes and permits, and what is known of other workflows.
 */
export function createChangeSetActivities(ports: {
  catalog: MarketplaceCatalog;
  modes: Modes;
  delivery: Pick<EventDelivery, 'isClosed'>;
  permits: GrantedPermits;
  /** Read at each call, so that a lineage follows the configuration. */
  context: PolicyContext;
  /** The start-to-close timeout of the activity attempt that is under way, in milliseconds; by the server where left out. */
  attemptMs?: () => number;
}): ChangeSetActivities {
  const { catalog, modes, delivery, permits, context } = ports;
  const { attemptMs = () => Context.current().info.startToCloseTimeoutMs } = ports;
  const caps = createReachedCaps();
  const describe = (reference: ChangeSetReference): Promise<CatalogChangeSet> =>
    catalog.describeChangeSet(reference, reference.changeSetId);
  const described = (reference: ChangeSetReference): Promise<CatalogChangeSet> =>
    catalog.expecting(reference, expectedCalls.description, () => describe(reference));
  const policyFor = ({ account, following }: ChangeSetReference & ChangeSetFollowing): ChangeSetFollowed =>
    followed('changeSetRemediation', context, defined({ following }), account);
  /** A check that may become a wait, admitted by the calls that it makes. */
  const checking = async <Found>(
    reference: ChangeSetReference & Reporting & ChangeSetFollowing,
    work: () => Promise<Found>,
  ): Promise<(Found | WaitLasts) & ChangeSetFollowed> => ({
    ...(await reportingWait(reference, () => catalog.expecting(reference, expectedCalls.check, work))),
    ...policyFor(reference),
  });
  /** Of the newer failures that cover a change set, those whose own workflow has ended take nobody's place. */
  const followedUp = async (found: ConcurrentChanges): Promise<ConcurrentChanges> => {
    const newerFailures = await Promise.all(
      found.newerFailures.map(async (newer) =>
        covers(newer) && (await delivery.isClosed(newer)) ? { ...newer, closed: true as const } : newer,
      ),
    );
    return { ...found, newerFailures };
  };
  return {
    inspectLineage: (reference) =>
      checking(reference, async () => {
        const origin = await describe(reference);
        const found =
          origin.status === 'FAILED' ? await snapshot(catalog, reference, origin, origin.startTime) : undefined;
        const successors =
          successorsIn(found?.rows, reference, origin) ?? (await findSuccessors(catalog, reference, origin));
        const lineage: LineageReference = {
          originId: reference.changeSetId,
          ...defined({ originName: origin.name, originStartTime: origin.startTime }),
          memberIds: [reference.changeSetId, ...successors.map(({ changeSetId }) => changeSetId)],
        };
        const seen = found && (await concurrentChangesIn(catalog, reference, found, lineage));
        const concurrentChanges = seen && (await followedUp(seen));
        const diagnosis = diagnosisOf(origin, found?.now, Date.now());
        return { origin: { ...diagnosis, ...defined({ concurrentChanges }) }, successors };
      }),

    diagnoseChangeSet: (reference, lineage) =>
      checking(reference, async () => {
        const changeSet = await describe(reference);
        if (changeSet.status !== 'FAILED') return diagnosisOf(changeSet, undefined, Date.now());
        const found = await snapshot(catalog, reference, changeSet, lineage.originStartTime);
        const seen = await concurrentChangesWithOwn(catalog, reference, found, lineage);
        return { ...diagnosisOf(changeSet, found.now, Date.now()), concurrentChanges: await followedUp(seen) };
      }),

    async awaitOutcome(reference, justSubmitted = false) {
      const found = await reportingWait(reference, async (): Promise<OutcomeFound> => {
        const { changeSetId } = reference;
        if (justSubmitted && isFirstCheck()) {
          throw failure('NotYet', `AWS accepted ${changeSetId} just now; the next poll checks.`);
        }
        const { status, failureCode, startTime, endTime } = await described(reference);
        if (status !== 'SUCCEEDED' && status !== 'FAILED' && status !== 'CANCELLED') {
          throw failure('NotYet', `${changeSetId} is ${status ?? 'of unknown status'}; the next poll checks again.`);
        }
        const times = { startTime: startTime ?? '', endTime: endTime ?? '' };
        return { changeSetId, outcome: status, ...times, ...defined({ failureCode }) };
      });
      return { ...found, ...policyFor(reference) };
    },

    async awaitEnd(reference) {
      const found = await reportingWait(reference, async () => {
        const { status, startTime } = await described(reference);
        if (status !== 'PREPARING' && status !== 'APPLYING') return undefined;
        throw failure('NotYet', `${reference.changeSetId} is ${status}, since ${startTime ?? 'an unknown time'}.`);
      });
      const policy = policyFor(reference);
      return found === undefined && policy.policy === undefined ? undefined : { ...found, ...policy };
    },

    async watchElsewhere(reference, lineage, known, justChecked = false) {
      if (justChecked && isFirstCheck()) throw failure('NotYet', 'Checked just now; the next poll checks again.');
      const concurrentChanges = await catalog.expecting(reference, expectedCalls.check, async () => {
        const found = await snapshot(catalog, reference, await describe(reference), lineage.originStartTime);
        return concurrentChangesWithOwn(catalog, reference, found, lineage);
      });
      const isNew = knownWork(concurrentChanges).some((id) => !known.includes(id));
      const policy = policyFor(reference);
      if (isNew || concurrentChanges.own !== undefined) return { ...concurrentChanges, ...policy };
      if (policy.policy !== undefined) return policy;
      throw failure('NotYet', 'Nothing new on its entities since the question; the next poll checks again.');
    },

    async describeAmendments(reference, amendments) {
      return describeDifference(await described(reference), amendments);
    },

    async submitSuccessor({ following, ...request }) {
      const found = await reportingWait(request, async () => {
        const result = await submitSuccessor({ catalog, modes, permits, caps, attemptMs }, request);
        return result.outcome === 'overtaken'
          ? { ...result, concurrentChanges: await followedUp(result.concurrentChanges) }
          : result;
      });
      return { ...found, ...followed('changeSetRemediation', context, defined({ following }), request.account) };
    },

    accountMode({ account }) {
      try {
        return Promise.resolve({ mode: modes.modeOf(account) });
      } catch (error) {
        if (failureTypeOf(error) !== 'NotConfigured' || !(error instanceof Error)) throw error;
        return Promise.resolve({ sentence: error.message });
      }
    },

    describeSuccess: (reference) =>
      catalog.expecting(reference, expectedCalls.description, () => describeSuccess(catalog, reference)),
  };
}

/** Makes the activity of `changeSetRemediation` that delivers to another workflow. */
export function createOutcomeActivities(delivery: Pick<EventDelivery, 'deliverOutcome'>): OutcomeActivities {
  return { deliverOutcome: (message) => delivery.deliverOutcome(message) };
}
