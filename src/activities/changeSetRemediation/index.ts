import { Context } from '@temporalio/activity';
import { defined } from '../../defined.ts';
import { failure } from '../../failures.ts';
import type { EventDelivery } from '../../delivery/eventDelivery.ts';
import type { CatalogChangeSet, MarketplaceCatalog } from '../../vendors/marketplaceCatalog/port.ts';
import type { Modes } from '../../config/modes.ts';
import type {
  ChangeSetActivities,
  ChangeSetReference,
  Diagnosis,
  LineageReference,
} from '../../workflows/changeSetRemediation/contract.ts';
import { knownWork } from '../../workflows/changeSetRemediation/lineage.ts';
import { withoutAddresses } from '../../workflows/shared/markdown.ts';
import { describeDifference } from './amendments.ts';
import { checkConcurrentChanges, concurrentChangesIn, snapshot } from './concurrentChanges.ts';
import { staleContents } from './staleness.ts';
import { describeSuccess } from './success.ts';
import { submitSuccessor } from './submit.ts';
import { findSuccessors, successorsIn } from './successors.ts';

const longestError = 200;
const keptErrors = 5;

function diagnosisOf(changeSet: CatalogChangeSet, nowMs: number): Diagnosis {
  const { changeSetId, status, name, intent, failureCode, startTime, endTime } = changeSet;
  const failureDescription = changeSet.failureDescription && short(changeSet.failureDescription);
  return {
    changeSetId,
    ...defined({ status, name, intent, failureCode, failureDescription, startTime, endTime }),
    changes: changeSet.changes.map((change) => ({
      changeType: change.changeType,
      entityType: change.entityType,
      ...defined({ entityId: change.entityId }),
      errors: change.errors.slice(0, keptErrors).map(({ code, message }) => ({ code, message: short(message ?? '') })),
      stale: staleContents(change, startTime, nowMs),
    })),
  };
}

function short(text: string): string {
  return withoutAddresses(text).slice(0, longestError);
}

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
 * Makes the activities of `changeSetRemediation`.
 * @param ports the vendor's catalog, the accounts' modes, and the delivery to other workflows.
 */
export function createChangeSetActivities(ports: {
  catalog: MarketplaceCatalog;
  modes: Modes;
  delivery: EventDelivery;
}): ChangeSetActivities {
  const { catalog, modes, delivery } = ports;
  const describe = (reference: ChangeSetReference): Promise<CatalogChangeSet> =>
    catalog.describeChangeSet(reference, reference.changeSetId);
  return {
    async inspectLineage(reference) {
      const origin = await describe(reference);
      const found =
        origin.status === 'FAILED' ? await snapshot(catalog, reference, origin, origin.startTime) : undefined;
      const successors =
        successorsIn(found?.rows, reference, origin) ?? (await findSuccessors(catalog, reference, origin));
      const lineage: LineageReference = {
        originId: reference.changeSetId,
        ...defined({ originStartTime: origin.startTime }),
        memberIds: [reference.changeSetId, ...successors.map(({ changeSetId }) => changeSetId)],
      };
      const concurrentChanges = found && (await concurrentChangesIn(catalog, reference, found, lineage));
      return { origin: { ...diagnosisOf(origin, Date.now()), ...defined({ concurrentChanges }) }, successors };
    },

    async diagnoseChangeSet(reference, lineage) {
      const changeSet = await describe(reference);
      const diagnosis = diagnosisOf(changeSet, Date.now());
      if (changeSet.status !== 'FAILED') return diagnosis;
      return { ...diagnosis, concurrentChanges: await checkConcurrentChanges(catalog, reference, changeSet, lineage) };
    },

    async awaitOutcome(reference) {
      const { changeSetId } = reference;
      const { status, failureCode, startTime, endTime } = await describe(reference);
      if (status !== 'SUCCEEDED' && status !== 'FAILED' && status !== 'CANCELLED') {
        throw failure('NotYet', `${changeSetId} is ${status ?? 'of unknown status'}; the next poll checks again.`);
      }
      const times = { startTime: startTime ?? '', endTime: endTime ?? '' };
      return { changeSetId, outcome: status, ...times, ...defined({ failureCode }) };
    },

    async awaitEnd(reference) {
      const { status, startTime } = await describe(reference);
      if (status !== 'PREPARING' && status !== 'APPLYING') return;
      throw failure('NotYet', `${reference.changeSetId} is ${status}, since ${startTime ?? 'an unknown time'}.`);
    },

    async watchElsewhere(reference, lineage, known, justChecked = false) {
      if (justChecked && isFirstCheck()) throw failure('NotYet', 'Checked just now; the next poll checks again.');
      const concurrentChanges = await checkConcurrentChanges(catalog, reference, await describe(reference), lineage);
      if (knownWork(concurrentChanges).some((id) => !known.includes(id))) return concurrentChanges;
      throw failure('NotYet', 'Nobody has fixed it elsewhere yet; the next poll checks again.');
    },

    async describeAmendments(reference, amendments) {
      return describeDifference(await describe(reference), amendments);
    },

    submitSuccessor: (request) => submitSuccessor({ catalog, modes }, request),

    describeSuccess: (reference) => describeSuccess(catalog, reference),

    deliverOutcome: (message) => delivery.deliverOutcome(message),
  };
}
