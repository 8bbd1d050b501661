import { failure, failureTypeOf } from '../ports/failures.ts';
import type { EventDelivery } from '../ports/eventDelivery.ts';
import type { CatalogChangeSet, CatalogListing, CatalogTag, MarketplaceCatalog } from '../ports/marketplaceCatalog.ts';
import type { Modes } from '../ports/modes.ts';
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
  type Surroundings,
} from '../workflows/changeSetRemediation/findings.ts';
import { readMarker, successorName } from '../workflows/changeSetRemediation/lineage.ts';
import type { ChangeSetOutcomeMessage } from '../workflows/changeSetRemediation/messages.ts';
import { withoutAddresses } from '../workflows/shared/markdown.ts';
import { amended, describeDifference } from './amendments.ts';
import { staleContents } from './staleness.ts';
import { isSuccessor, sameIntent } from './successors.ts';
import { lookAround } from './surroundings.ts';

/** What the lineage's workflow asks of the outside world. Failures are those of the vocabulary (`ports/failures.ts`). */
export interface ChangeSetActivities {
  /** The origin with what else happened to its entities, and the successors that carry its marker. */
  learnLineage(origin: ChangeSetReference): Promise<LineageFindings>;
  diagnoseChangeSet(reference: ChangeSetReference, lineage: LineageReference): Promise<Diagnosis>;
  /** One look a try: throws NotYet, which the server repeats, while the change set runs. */
  awaitEnd(reference: ChangeSetReference): Promise<void>;
  /** One look a try: throws NotYet until there is work on the entities beyond what is known. */
  watchElsewhere(
    reference: ChangeSetReference,
    lineage: LineageReference,
    known: readonly string[],
  ): Promise<Surroundings>;
  /** What amendments change, without contents. */
  describeAmendments(reference: ChangeSetReference, amendments: readonly Amendment[]): Promise<AmendmentDifference>;
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
  return { ...diagnosis, surroundings: await lookAround(catalog, reference, changeSet, lineage) };
}

/** Rows 2 to 4, once more at the last moment: so that of two failed edits of one entity only the newest goes out. */
async function overtaken(
  catalog: MarketplaceCatalog,
  request: SubmitRequest,
  source: CatalogChangeSet,
): Promise<SubmitResult | undefined> {
  const surroundings = await lookAround(catalog, request, source, request);
  const news = knownWork(surroundings).some((id) => !request.known.includes(id));
  return news || surroundings.running.length > 0 ? { outcome: 'overtaken', surroundings } : undefined;
}

/** What keeps a submit back: the account's mode, and the cap on automatic ones, counted from the listing. */
async function held(
  catalog: MarketplaceCatalog,
  modes: Modes,
  request: SubmitRequest,
): Promise<SubmitResult | undefined> {
  const mode = modes.modeOf(request.account);
  if (mode === 'observe') return { outcome: 'held', by: 'observe' };
  if (request.authority === 'person') return undefined;
  if (mode === 'approve') return { outcome: 'held', by: 'approve' };
  const startedFrom = `${new Date().toISOString().slice(0, 10)}T00:00:00Z`;
  const today = await catalog.listChangeSets(request, { startedFrom });
  const sent = today.filter(({ name }) => readMarker(name) !== undefined).length;
  return sent >= modes.dailyCapOf(request.account) ? { outcome: 'held', by: 'dailyCap' } : undefined;
}

async function send(
  catalog: MarketplaceCatalog,
  request: SubmitRequest,
  source: CatalogChangeSet,
  tags: readonly CatalogTag[],
): Promise<SubmitResult> {
  const { name, clientRequestToken, originId } = request;
  const { intent, changes } = source;
  try {
    const submission = { name, clientRequestToken, intent, tags: withOrigin(tags, originId), changes };
    return { outcome: 'submitted', changeSetId: await catalog.startChangeSet(request, submission) };
  } catch (error) {
    if (failureTypeOf(error) !== 'ResourceInUse' || !(error instanceof Error)) throw error;
    // "… entity: '<id>' change sets: <id>"; the id is not always there.
    const blockerId = /change sets?: ([\w-]+)/i.exec(error.message)?.[1];
    const named = blockerId === undefined ? {} : { blockerId };
    return { outcome: 'locked', sentence: withoutAddresses(error.message).slice(0, 300), ...named };
  }
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
    async learnLineage(reference) {
      const origin = await describe(reference);
      const successors = await findSuccessors(catalog, reference, origin);
      const lineage: LineageReference = {
        originId: reference.changeSetId,
        ...(origin.startTime === undefined ? {} : { originStartTime: origin.startTime }),
        memberIds: [reference.changeSetId, ...successors.map(({ changeSetId }) => changeSetId)],
      };
      return { origin: await diagnosed(catalog, reference, lineage, origin), successors };
    },

    async diagnoseChangeSet(reference, lineage) {
      return diagnosed(catalog, reference, lineage, await describe(reference));
    },

    async awaitOutcome(reference) {
      const { changeSetId } = reference;
      const { status, failureCode, startTime, endTime } = await describe(reference);
      if (status !== 'SUCCEEDED' && status !== 'FAILED' && status !== 'CANCELLED') {
        throw failure('NotYet', `${changeSetId} is ${status ?? 'of unknown status'}; it is looked at again.`);
      }
      const told = failureCode === undefined ? {} : { failureCode };
      return { changeSetId, outcome: status, startTime: startTime ?? '', endTime: endTime ?? '', ...told };
    },

    async awaitEnd(reference) {
      const { status, startTime } = await describe(reference);
      if (!isRunning(status)) return;
      throw failure('NotYet', `${reference.changeSetId} is ${status ?? ''}, since ${startTime ?? 'an unknown time'}.`);
    },

    async watchElsewhere(reference, lineage, known) {
      const surroundings = await lookAround(catalog, reference, await describe(reference), lineage);
      if (knownWork(surroundings).some((id) => !known.includes(id))) return surroundings;
      throw failure('NotYet', 'Nobody has settled it elsewhere yet; it is looked at again.');
    },

    async describeAmendments(reference, amendments) {
      return describeDifference(await describe(reference), amendments);
    },

    async submitSuccessor(request) {
      const begunMs = Date.now();
      const source = await catalog.describeChangeSet(request, request.sourceId);
      const submitted = await findSubmitted(catalog, request, source);
      if (submitted !== undefined) return { outcome: 'adopted', changeSetId: submitted };
      const kept = (await held(catalog, modes, request)) ?? (await overtaken(catalog, request, source));
      if (kept !== undefined) return kept;
      const sent = amended(source, request.amendments);
      checkSendable(sent, request, Date.now());
      const tags = source.changeSetArn === undefined ? [] : await catalog.tagsOf(request, source.changeSetArn);
      if (Date.now() - begunMs > looksWithinMs) {
        throw failure('ServiceFault', 'AWS took too long over the looks before the submit; nothing was sent.');
      }
      return send(catalog, request, sent, tags);
    },

    handOnOutcome: (message) => delivery.handOn(message),
  };
}
