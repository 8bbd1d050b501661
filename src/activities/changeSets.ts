import { failure } from '../ports/failures.ts';
import type { EventDelivery } from '../ports/eventDelivery.ts';
import type { CatalogChangeSet, CatalogListing, CatalogTag, MarketplaceCatalog } from '../ports/marketplaceCatalog.ts';
import type { Modes } from '../ports/modes.ts';
import type {
  ChangeSetReference,
  Diagnosis,
  FoundSuccessor,
  LineageFindings,
  OutcomeFound,
  SubmitRequest,
  SubmitResult,
} from '../workflows/changeSetRemediation/findings.ts';
import { successorName } from '../workflows/changeSetRemediation/lineage.ts';
import type { ChangeSetOutcomeMessage } from '../workflows/changeSetRemediation/messages.ts';
import { withoutAddresses } from '../workflows/shared/markdown.ts';
import { staleContents } from './staleness.ts';
import { isSuccessor, sameIntent } from './successors.ts';

/** What the lineage's workflow asks of the outside world. Failures are those of the vocabulary (`ports/failures.ts`). */
export interface ChangeSetActivities {
  /** The origin, and the successors that carry its marker. */
  learnLineage(origin: ChangeSetReference): Promise<LineageFindings>;
  diagnoseChangeSet(reference: ChangeSetReference): Promise<Diagnosis>;
  /** One look a try: throws NotYet, which the server repeats, until the change set has ended. */
  awaitOutcome(reference: ChangeSetReference): Promise<OutcomeFound>;
  /** Looks first, on every try; sends only what is not there yet and what the account's mode lets out. */
  submitSuccessor(request: SubmitRequest): Promise<SubmitResult>;
  /** Gives the id of the workflow that took the outcome. */
  handOnOutcome(message: ChangeSetOutcomeMessage): Promise<string>;
}

/**
 * How long the looks before a submit may take, in milliseconds. The adapter ends a submit after 40 s, the server a try
 * after 60 s: what is sent later could still be under way when the next try looks.
 */
const looksWithinMs = 15_000;
/** How many names one listing takes (API model: 10 values in a filter). */
const namesPerListing = 10;
const longestError = 200;
const keptErrors = 5;
/** The tag by which a successor names its origin to whoever looks at it in the console. */
const originTag = 'steward:origin';

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
      ...(change.entityId === undefined ? {} : { entityId: change.entityId }),
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

function successor(attempt: number, { changeSetId, status }: CatalogListing): FoundSuccessor {
  return { attempt, changeSetId, ...(status === undefined ? {} : { status }) };
}

/** The successor's id where an earlier try, or an earlier run, has sent it already. */
async function findSubmitted(
  catalog: MarketplaceCatalog,
  request: SubmitRequest,
  source: CatalogChangeSet,
): Promise<string | undefined> {
  const listings = await catalog.listChangeSetsByName(request, [request.name]);
  const match = listings.findLast((listing) => isSuccessor(listing, request.name, source));
  if (match === undefined) return undefined;
  const { intent } = await catalog.describeChangeSet(request, match.changeSetId);
  if (sameIntent(intent, source.intent)) return match.changeSetId;
  throw failure(
    'RequestRejected',
    `${match.changeSetId} has the name of attempt ${request.attempt} but another intent; nothing was sent.`,
  );
}

function checkSendable(source: CatalogChangeSet, request: SubmitRequest, nowMs: number): void {
  const empty = source.changes.filter(
    ({ details, detailsDocument }) => details === undefined && detailsDocument === undefined,
  );
  if (empty.length > 0 || source.changes.length === 0) {
    throw failure(
      'RequestRejected',
      `AWS does not show the contents of ${source.changeSetId} whole; nothing was sent.`,
    );
  }
  const stale = source.changes.flatMap((change) => staleContents(change, source.startTime, nowMs));
  if (request.authority === 'policy' && stale.length > 0) {
    throw failure('RequestRejected', `The contents have gone stale (${stale.join('; ')}); nothing was sent.`);
  }
}

function withOrigin(tags: readonly CatalogTag[], originId: string): readonly CatalogTag[] {
  return [...tags.filter(({ key }) => key !== originTag), { key: originTag, value: originId }];
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
  return {
    async learnLineage(reference) {
      const origin = await catalog.describeChangeSet(reference, reference.changeSetId);
      const successors = await findSuccessors(catalog, reference, origin);
      return { origin: diagnosisOf(origin, Date.now()), successors };
    },

    async diagnoseChangeSet(reference) {
      return diagnosisOf(await catalog.describeChangeSet(reference, reference.changeSetId), Date.now());
    },

    async awaitOutcome(reference) {
      const { changeSetId } = reference;
      const { status, failureCode, startTime, endTime } = await catalog.describeChangeSet(reference, changeSetId);
      if (status !== 'SUCCEEDED' && status !== 'FAILED' && status !== 'CANCELLED') {
        throw failure('NotYet', `${changeSetId} is ${status ?? 'of unknown status'}; it is looked at again.`);
      }
      const told = failureCode === undefined ? {} : { failureCode };
      return { changeSetId, outcome: status, startTime: startTime ?? '', endTime: endTime ?? '', ...told };
    },

    async submitSuccessor(request) {
      const begunMs = Date.now();
      const source = await catalog.describeChangeSet(request, request.sourceId);
      const submitted = await findSubmitted(catalog, request, source);
      if (submitted !== undefined) return { outcome: 'adopted', changeSetId: submitted };
      const mode = modes.modeOf(request.account);
      if (mode === 'observe' || (mode === 'approve' && request.authority === 'policy'))
        return { outcome: 'held', mode };
      checkSendable(source, request, Date.now());
      const { name, clientRequestToken } = request;
      const tags = source.changeSetArn === undefined ? [] : await catalog.tagsOf(request, source.changeSetArn);
      if (Date.now() - begunMs > looksWithinMs) {
        throw failure('ServiceFault', 'AWS took too long over the looks before the submit; nothing was sent.');
      }
      const changeSetId = await catalog.startChangeSet(request, {
        name,
        clientRequestToken,
        intent: source.intent,
        tags: withOrigin(tags, request.originId),
        changes: source.changes,
      });
      return { outcome: 'submitted', changeSetId };
    },

    handOnOutcome: (message) => delivery.handOn(message),
  };
}
