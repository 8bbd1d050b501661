import { defined } from '../../defined.ts';
import { failure } from '../../failures.ts';
import type { EventDelivery } from '../../delivery/eventDelivery.ts';
import type { CatalogChangeSet, CatalogListing, MarketplaceCatalog } from '../../vendors/marketplaceCatalog/port.ts';
import type { Modes } from '../../config/modes.ts';
import {
  knownWork,
  type Amendment,
  type AmendmentDifference,
  type ChangeSetReference,
  type Diagnosis,
  type FoundSuccessor,
  type LineageFindings,
  type LineageReference,
  type OutcomeFound,
  type SubmitRequest,
  type SubmitResult,
  type ConcurrentChanges,
} from '../../workflows/changeSetRemediation/findings.ts';
import { readMarker, successorName } from '../../workflows/changeSetRemediation/lineage.ts';
import type { ChangeSetOutcomeMessage } from '../../workflows/changeSetRemediation/contract.ts';
import { withoutAddresses } from '../../workflows/shared/markdown.ts';
import { describeDifference } from './amendments.ts';
import { isFirstCheck } from './firstCheck.ts';
import { staleContents } from './staleness.ts';
import { submitSuccessor } from './submit.ts';
import { isSuccessor } from './successors.ts';
import { checkConcurrentChanges, snapshot, concurrentChangesIn } from './concurrentChanges.ts';

/** What the lineage's workflow asks of the outside world. Failures are those of the vocabulary (src/failures.ts). */
export interface ChangeSetActivities {
  /** The origin with what else happened to its entities, and the successors that carry its marker. */
  inspectLineage(origin: ChangeSetReference): Promise<LineageFindings>;
  diagnoseChangeSet(reference: ChangeSetReference, lineage: LineageReference): Promise<Diagnosis>;
  /** One check a try: throws NotYet, which the server repeats, while the change set runs. */
  awaitEnd(reference: ChangeSetReference): Promise<void>;
  /**
   * One check a try: throws NotYet until there is work on the entities beyond what is known.
   * @param justChecked true where what is known was seen a moment ago: then the first try asks AWS nothing.
   */
  watchElsewhere(
    reference: ChangeSetReference,
    lineage: LineageReference,
    known: readonly string[],
    justChecked?: boolean,
  ): Promise<ConcurrentChanges>;
  /** What amendments change, without contents. */
  describeAmendments(reference: ChangeSetReference, amendments: readonly Amendment[]): Promise<AmendmentDifference>;
  /** One check a try: throws NotYet, which the server repeats, until the change set has ended. */
  awaitOutcome(reference: ChangeSetReference): Promise<OutcomeFound>;
  /** Checks first, on every try; sends only what is not there yet and what the account's mode lets out. */
  submitSuccessor(request: SubmitRequest): Promise<SubmitResult>;
  /** Gives the id of the workflow that took the outcome. */
  deliverOutcome(message: ChangeSetOutcomeMessage): Promise<string>;
}

/** How many names one listing takes (API model: 10 values in a filter). */
const namesPerListing = 10;
const longestError = 200;
const keptErrors = 5;

function diagnosisOf(changeSet: CatalogChangeSet, nowMs: number): Diagnosis {
  const { changeSetId, status, name, intent, failureCode, failureDescription, startTime, endTime } = changeSet;
  const known = { status, name, intent, failureCode, startTime, endTime };
  return {
    changeSetId,
    ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)),
    ...(failureDescription === undefined ? {} : { failureDescription: short(failureDescription) }),
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

async function findSuccessors(
  catalog: MarketplaceCatalog,
  reference: ChangeSetReference,
  origin: CatalogChangeSet,
): Promise<readonly FoundSuccessor[]> {
  const found: FoundSuccessor[] = [];
  for (let first = 1; found.length >= first - 1; first += namesPerListing) {
    const attempts = Array.from({ length: namesPerListing }, (_, index) => first + index);
    const nameOf = (attempt: number): string => successorName(origin.name, reference.changeSetId, attempt);
    const listings = await catalog.listChangeSetsByName(reference, attempts.map(nameOf));
    for (const attempt of attempts) {
      const match = listings.findLast((listing) => isSuccessor(listing, nameOf(attempt), origin));
      if (match) found.push(successor(attempt, match));
    }
  }
  return found;
}

/**
 * The successors among the change sets on the origin's entities, which every successor touches; undefined where they were
 * not listed.
 */
function successorsIn(
  rows: readonly CatalogListing[] | undefined,
  { changeSetId }: ChangeSetReference,
  origin: CatalogChangeSet,
): readonly FoundSuccessor[] | undefined {
  const found = new Map<number, FoundSuccessor>();
  for (const row of rows ?? []) {
    const marker = readMarker(row.name);
    if (marker?.originId !== changeSetId) continue;
    const { attempt } = marker;
    // Newest first, and of two with the same name the older one counts.
    if (isSuccessor(row, successorName(origin.name, changeSetId, attempt), origin)) {
      found.set(attempt, successor(attempt, row));
    }
  }
  return rows && [...found.values()].toSorted((one, other) => one.attempt - other.attempt);
}

function successor(attempt: number, { changeSetId, status }: CatalogListing): FoundSuccessor {
  return { attempt, changeSetId, ...defined({ status }) };
}

function isRunning(status: string | undefined): boolean {
  return status === 'PREPARING' || status === 'APPLYING';
}

/** What else happened matters for a change set that failed. */
async function diagnosed(
  catalog: MarketplaceCatalog,
  reference: ChangeSetReference,
  lineage: LineageReference,
  changeSet: CatalogChangeSet,
): Promise<Diagnosis> {
  const diagnosis = diagnosisOf(changeSet, Date.now());
  if (changeSet.status !== 'FAILED') return diagnosis;
  return { ...diagnosis, concurrentChanges: await checkConcurrentChanges(catalog, reference, changeSet, lineage) };
}

/**
 * Makes the activities of `changeSetRemediation`.
 * @param ports the vendor's catalog, the accounts' modes, and the way to other workflows.
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
      const sighting =
        origin.status === 'FAILED' ? await snapshot(catalog, reference, origin, origin.startTime) : undefined;
      const successors =
        successorsIn(sighting?.rows, reference, origin) ?? (await findSuccessors(catalog, reference, origin));
      const lineage: LineageReference = {
        originId: reference.changeSetId,
        ...defined({ originStartTime: origin.startTime }),
        memberIds: [reference.changeSetId, ...successors.map(({ changeSetId }) => changeSetId)],
      };
      const diagnosis = diagnosisOf(origin, Date.now());
      if (sighting === undefined) return { origin: diagnosis, successors };
      const concurrentChanges = await concurrentChangesIn(catalog, reference, sighting, lineage);
      return { origin: { ...diagnosis, concurrentChanges }, successors };
    },

    async diagnoseChangeSet(reference, lineage) {
      return diagnosed(catalog, reference, lineage, await describe(reference));
    },

    async awaitOutcome(reference) {
      const { changeSetId } = reference;
      const { status, failureCode, startTime, endTime } = await describe(reference);
      if (status !== 'SUCCEEDED' && status !== 'FAILED' && status !== 'CANCELLED') {
        throw failure('NotYet', `${changeSetId} is ${status ?? 'of unknown status'}; it is checked again.`);
      }
      const told = failureCode === undefined ? {} : { failureCode };
      return { changeSetId, outcome: status, startTime: startTime ?? '', endTime: endTime ?? '', ...told };
    },

    async awaitEnd(reference) {
      const { status, startTime } = await describe(reference);
      if (!isRunning(status)) return;
      throw failure('NotYet', `${reference.changeSetId} is ${status ?? ''}, since ${startTime ?? 'an unknown time'}.`);
    },

    async watchElsewhere(reference, lineage, known, justChecked = false) {
      if (justChecked && isFirstCheck()) throw failure('NotYet', 'It was checked a moment ago; it is checked again.');
      const concurrentChanges = await checkConcurrentChanges(catalog, reference, await describe(reference), lineage);
      if (knownWork(concurrentChanges).some((id) => !known.includes(id))) return concurrentChanges;
      throw failure('NotYet', 'Nobody has settled it elsewhere yet; it is checked again.');
    },

    async describeAmendments(reference, amendments) {
      return describeDifference(await describe(reference), amendments);
    },

    submitSuccessor: (request) => submitSuccessor({ catalog, modes }, request),

    deliverOutcome: (message) => delivery.deliverOutcome(message),
  };
}
