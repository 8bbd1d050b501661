import { defined } from '../../defined.ts';
import { failure, failureTypeOf } from '../../failures.ts';
import type { CatalogChangeSet, CatalogTag, MarketplaceCatalog } from '../../vendors/marketplaceCatalog/port.ts';
import type { Modes } from '../../config/modes.ts';
import type { OtherChangeSet, SubmitRequest, SubmitResult } from '../../workflows/changeSetRemediation/contract.ts';
import { knownWork, readMarker } from '../../workflows/changeSetRemediation/lineage.ts';
import { vendorText } from '../../workflows/shared/markdown.ts';
import { amended } from './amendments.ts';
import { staleContents } from './staleness.ts';
import { isSuccessor } from './successors.ts';
import { checkConcurrentChanges, runningOn } from './concurrentChanges.ts';

/**
 * How long the checks before a submit may take, in milliseconds, with the waits for permits. The adapter ends a submit after
 * 30 s, the server an activity attempt after 60 s: a later submit could still be under way when the next attempt checks.
 */
const checksWithinMs = 25_000;
/** The tag that names a successor's origin in the console. */
const originTag = 'steward:origin';
/** The most tags that StartChangeSet takes (API model). */
const mostTags = 200;

/** The successor's id where an earlier activity attempt, or an earlier run, has submitted it. */
async function findSubmitted(
  catalog: MarketplaceCatalog,
  request: SubmitRequest,
  source: CatalogChangeSet,
): Promise<string | undefined> {
  const listings = await catalog.listChangeSetsByName(request, [request.name]);
  const match = listings.findLast((listing) => isSuccessor(listing, request.name, source));
  if (match === undefined) return undefined;
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
 * Checks rows 2 to 4 again at the last moment, so that of two failed edits of one entity only the newest is submitted. Where
 * the policy decided, an old revision and a late partial effect also keep it back.
 */
async function overtaken(
  catalog: MarketplaceCatalog,
  request: SubmitRequest,
  source: CatalogChangeSet,
): Promise<SubmitResult | undefined> {
  const concurrentChanges = await checkConcurrentChanges(catalog, request, source, request);
  const { running, staleRevisions, created, own } = concurrentChanges;
  const news = knownWork(concurrentChanges).some((id) => !request.known.includes(id));
  const doubtful = request.authority === 'policy' && (staleRevisions.length > 0 || created?.found === 'something');
  return news || doubtful || running.length > 0 || own !== undefined
    ? { outcome: 'overtaken', concurrentChanges }
    : undefined;
}

/** What keeps a submit back: the account's mode, or the daily cap of automatic submits, counted from the listing. */
async function held(
  catalog: MarketplaceCatalog,
  modes: Modes,
  request: SubmitRequest,
): Promise<SubmitResult | undefined> {
  const mode = modes.modeOf(request.account);
  if (mode === 'observe') return { outcome: 'held', by: 'observe' };
  if (request.authority === 'operator') return undefined;
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
    const submission = defined({ name, clientRequestToken, intent, tags: withOrigin(tags, originId), changes });
    return { outcome: 'submitted', changeSetId: await catalog.startChangeSet(request, submission) };
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
    const { startTime } = await catalog.describeChangeSet(request, changeSetId);
    return { changeSetId, ...defined({ startTime }) };
  } catch (error) {
    // AWS does not show another account's change set; the lock is certain all the same.
    if (failureTypeOf(error) === undefined) throw error;
    return changeSetId === undefined ? undefined : { changeSetId };
  }
}

/**
 * One activity attempt of a submit: checks whether AWS accepted an earlier one and whether this one may go out, and only
 * then submits.
 * @returns what became of it; a lost answer is thrown as OutcomeUnknown, so that the next attempt checks first.
 */
export async function submitSuccessor(
  { catalog, modes }: { catalog: MarketplaceCatalog; modes: Modes },
  request: SubmitRequest,
): Promise<SubmitResult> {
  const begunMs = Date.now();
  const source = await catalog.describeChangeSet(request, request.sourceId);
  const submitted = await findSubmitted(catalog, request, source);
  if (submitted !== undefined) return { outcome: 'adopted', changeSetId: submitted };
  const kept = (await overtaken(catalog, request, source)) ?? (await held(catalog, modes, request));
  if (kept !== undefined) return kept;
  const sent = amended(source, request.amendments);
  checkSendable(sent, request, Date.now());
  const tags = source.changeSetArn === undefined ? [] : await catalog.tagsOf(request, source.changeSetArn);
  if (Date.now() - begunMs > checksWithinMs) {
    throw failure('ServiceFault', 'AWS took too long over the checks before the submit; nothing was submitted.');
  }
  return send(catalog, request, sent, tags);
}
