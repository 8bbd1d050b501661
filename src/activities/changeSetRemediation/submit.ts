import { defined } from '../../defined.ts';
import { failure, failureTypeOf } from '../../failures.ts';
import type {
  CatalogChangeSet,
  CatalogListing,
  CatalogTag,
  MarketplaceCatalog,
} from '../../vendors/marketplaceCatalog/port.ts';
import type { Modes } from '../../config/modes.ts';
import type { OtherChangeSet, SubmitRequest, SubmitResult } from '../../workflows/changeSetRemediation/contract.ts';
import { knownWork } from '../../workflows/changeSetRemediation/lineage.ts';
import { vendorText } from '../../workflows/shared/markdown.ts';
import { amended } from './amendments.ts';
import { expectedCalls } from './expectedCalls.ts';
import type { ReachedCaps } from './reachedCaps.ts';
import { staleContents } from './staleness.ts';
import { type GrantedPermits, permitFor, stopwatch } from './permit.ts';
import { isSuccessor } from './successors.ts';
import { concurrentChangesIn, runningOn, snapshot } from './concurrentChanges.ts';

/**
 * For so long after it began a check counts, in milliseconds: then the entities may have changed (docs/reliability.md).
 */
const checkCountsMs = 25_000;
/** What a submit has at the least before its activity attempt ends, in milliseconds: the adapter ends it after that. */
const submitNeedsMs = 30_000;
/** The tag that names a successor's origin in the console. */
const originTag = 'steward:origin';
/** The most tags that StartChangeSet takes (API model). */
const mostTags = 200;

/**
 * The successor's id where an earlier activity attempt, or an earlier run, has submitted it: by its entities, which every
 * successor touches, or by its name where no entity is known.
 */
async function findSubmitted(
  catalog: MarketplaceCatalog,
  request: SubmitRequest,
  source: CatalogChangeSet,
  onEntities: readonly CatalogListing[] | undefined,
): Promise<string | undefined> {
  if (onEntities === undefined) catalog.expects(request, { lookUps: 1 });
  const listings = onEntities ?? (await catalog.listChangeSetsByName(request, [request.name]));
  const match = listings.findLast((listing) => isSuccessor(listing, request.name, source));
  if (match === undefined) return undefined;
  catalog.expects(request, { describeChangeSet: 1 });
  const { intent } = await catalog.describeChangeSet(request, match.changeSetId);
  // Intent is APPLY where nothing is said (API model).
  if ((intent ?? 'APPLY') === (source.intent ?? 'APPLY')) return match.changeSetId;
  throw failure(
    'RequestRejected',
    `${match.changeSetId} has the name of attempt ${request.attempt} but another intent; nothing was submitted.`,
  );
}

function checkSendable(source: CatalogChangeSet, request: SubmitRequest, nowMs: number): void {
  const empty = source.changes.filter(
    ({ details, detailsDocument }) => details === undefined && detailsDocument === undefined,
  );
  if (empty.length > 0 || source.changes.length === 0) {
    throw failure('RequestRejected', `AWS does not show all contents of ${source.changeSetId}; nothing was submitted.`);
  }
  const stale = source.changes.flatMap((change) => staleContents(change, source.startTime, nowMs));
  if (request.authority === 'policy' && stale.length > 0) {
    throw failure('RequestRejected', `The contents are out of date (${stale.join('; ')}); nothing was submitted.`);
  }
}

/** The original's tags and the origin's; where the tags are full, only the name shows the origin. */
function withOrigin(tags: readonly CatalogTag[], originId: string): readonly CatalogTag[] {
  const own = tags.filter(({ key }) => key !== originTag);
  return own.length < mostTags ? [...own, { key: originTag, value: originId }] : own;
}

/**
 * One check for both: whether AWS has accepted an earlier submit, and rows 2 to 4 again at the last moment, so that of two
 * failed edits of one entity only the newest is submitted. Where the policy decided, an old revision and a late partial
 * effect also keep it back.
 */
async function checkBefore(
  catalog: MarketplaceCatalog,
  request: SubmitRequest,
  source: CatalogChangeSet,
): Promise<SubmitResult | undefined> {
  const found = await snapshot(catalog, request, source, request.originStartTime);
  const submitted = await findSubmitted(catalog, request, source, found.rows);
  if (submitted !== undefined) return { outcome: 'adopted', changeSetId: submitted };
  const concurrentChanges = await concurrentChangesIn(catalog, request, found, request);
  const { running, staleRevisions, created, own } = concurrentChanges;
  const news = knownWork(concurrentChanges).some((id) => !request.known.includes(id));
  const doubtful = request.authority === 'policy' && (staleRevisions.length > 0 || created?.found === 'something');
  return news || doubtful || running.length > 0 || own !== undefined
    ? { outcome: 'overtaken', concurrentChanges }
    : undefined;
}

/** Whether the account's mode keeps a submit back. */
function heldByMode(modes: Modes, { account, authority }: SubmitRequest): SubmitResult | undefined {
  const mode = modes.modeOf(account);
  if (mode === 'observe') return { outcome: 'held', by: 'observe' };
  return mode === 'approve' && authority === 'policy' ? { outcome: 'held', by: 'approve' } : undefined;
}

async function send(
  catalog: MarketplaceCatalog,
  request: SubmitRequest,
  source: CatalogChangeSet,
  tags: readonly CatalogTag[],
  mayStillSend: () => boolean,
): Promise<SubmitResult> {
  const { name, clientRequestToken, originId } = request;
  const { intent, changes } = source;
  try {
    const submission = defined({ name, clientRequestToken, intent, tags: withOrigin(tags, originId), changes });
    return { outcome: 'submitted', changeSetId: await catalog.startChangeSet(request, submission, mayStillSend) };
  } catch (error) {
    if (failureTypeOf(error) !== 'ResourceInUse' || !(error instanceof Error)) throw error;
    const sentence = vendorText(error.message, 300);
    const blocker = await findBlocker(catalog, request, source, error.message);
    if (blocker === undefined) return { outcome: 'locked', sentence };
    const { changeSetId: blockerId, startTime: blockerStartTime } = blocker;
    return { outcome: 'locked', sentence, blockerId, ...defined({ blockerStartTime }) };
  }
}

/**
 * What holds the entities, with its start where it is shown: as the refusal names it ("… entity: '<id>' change sets:
 * <id>"; the id is not always there), else the account's running change set on them.
 */
async function findBlocker(
  catalog: MarketplaceCatalog,
  request: SubmitRequest,
  source: CatalogChangeSet,
  message: string,
): Promise<OtherChangeSet | undefined> {
  const changeSetId = /change sets?: ([\w-]+)/i.exec(message)?.[1];
  try {
    if (changeSetId === undefined) return (await runningOn(catalog, request, source, request.memberIds))[0];
    catalog.expects(request, { describeChangeSet: 1 });
    const { startTime } = await catalog.describeChangeSet(request, changeSetId);
    return { changeSetId, ...defined({ startTime }) };
  } catch (error) {
    // AWS does not show another account's change set; the lock is certain all the same.
    if (failureTypeOf(error) === undefined) throw error;
    return changeSetId === undefined ? undefined : { changeSetId };
  }
}

/** What a submit goes through. */
export interface SubmitPorts {
  readonly catalog: MarketplaceCatalog;
  readonly modes: Modes;
  readonly permits: GrantedPermits;
  readonly caps: ReachedCaps;
  /** The start-to-close timeout of the activity attempt that is under way, in milliseconds. */
  readonly attemptMs: () => number;
}

/**
 * One activity attempt of a submit: takes the account's permit, checks whether AWS accepted an earlier one and whether this
 * one may go out, and only then submits. `model/once.pml` shows why in this order.
 * @returns what became of it; a lost answer is thrown as OutcomeUnknown, so that the next attempt checks first.
 */
export async function submitSuccessor(ports: SubmitPorts, request: SubmitRequest): Promise<SubmitResult> {
  const { catalog, modes, attemptMs, caps } = ports;
  const { account, authority } = request;
  const sinceBegun = stopwatch();
  const leftMs = attemptMs();
  const heldBefore = heldByMode(modes, request);
  if (heldBefore !== undefined) {
    return catalog.expecting(
      request,
      expectedCalls.check,
      async () => (await checkOnly(catalog, request)) ?? heldBefore,
    );
  }
  const dailyCap = modes.dailyCapOf(account);
  const isCapKnown = authority === 'policy' && caps.isReached(account, dailyCap);
  return catalog.expecting(request, isCapKnown ? expectedCalls.check : expectedCalls.submit, async () => {
    const permit = await permitFor(ports, request, dailyCap, () => leftMs - sinceBegun());
    const isGranted = typeof permit === 'object' && 'use' in permit;
    if (authority === 'policy' && (isGranted || permit === 'capReached')) {
      caps.answered(account, dailyCap, !isGranted);
    }
    if (isGranted === isCapKnown) catalog.expects(request, isGranted ? expectedCalls.sent : expectedCalls.notSent);
    if (isGranted) return permit.use((begin) => checkAndSend(ports, request, { begin, sinceBegun, leftMs }));
    if (permit === 'capReached') return (await checkOnly(catalog, request)) ?? { outcome: 'held', by: 'dailyCap' };
    // Another activity attempt may still submit, or has done so: what is there can be adopted without a permit.
    const found = await checkOnly(catalog, request);
    if (found?.outcome === 'adopted') return found;
    throw permit;
  });
}

async function checkOnly(catalog: MarketplaceCatalog, request: SubmitRequest): Promise<SubmitResult | undefined> {
  return checkBefore(catalog, request, await catalog.describeChangeSet(request, request.sourceId));
}

/** What an activity attempt with a permit has. */
interface Granted {
  readonly begin: (submit: () => Promise<SubmitResult>) => Promise<SubmitResult>;
  /** Milliseconds since the activity attempt began. */
  readonly sinceBegun: () => number;
  /** How long it lasts, in milliseconds. */
  readonly leftMs: number;
}

async function checkAndSend(
  { catalog, modes }: SubmitPorts,
  request: SubmitRequest,
  { begin, sinceBegun, leftMs }: Granted,
): Promise<SubmitResult> {
  const source = await catalog.describeChangeSet(request, request.sourceId);
  const tags = source.changeSetArn === undefined ? [] : await catalog.tagsOf(request, source.changeSetArn);
  const sinceCheck = stopwatch();
  const kept = (await checkBefore(catalog, request, source)) ?? heldByMode(modes, request);
  if (kept !== undefined) return kept;
  const sent = amended(source, request.amendments);
  checkSendable(sent, request, Date.now());
  const mayStillSend = (): boolean => sinceCheck() <= checkCountsMs && sinceBegun() + submitNeedsMs <= leftMs;
  if (!mayStillSend()) {
    throw failure('ServiceFault', 'AWS took too long over the checks before the submit; nothing was submitted.');
  }
  return begin(() => send(catalog, request, sent, tags, mayStillSend));
}
