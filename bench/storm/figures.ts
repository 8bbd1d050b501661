import type { CatalogControl } from '@marketplace-steward/simulators/marketplaceCatalog';
import { rateOf, vendorQuotas } from '../../src/quotas/catalogQuotas.ts';
import { readMarker } from '../../src/workflows/changeSetRemediation/lineage.ts';

type LogEntry = ReturnType<CatalogControl['log']>[number];

/** Change sets of one account that fail at the same moment. */
export interface StormCase {
  readonly changeSets: number;
  /** Each has as many of them as the others. */
  readonly entities: number;
  readonly workers: number;
}

/** What became of a storm. */
export interface StormFigures extends StormCase {
  /** Change sets that were submitted again. */
  readonly submitted: number;
  /** Those of which more than one successor was accepted. */
  readonly submittedTwice: number;
  /** Lineages that ended, or ask an operator, by a row of the table and without a submit. */
  readonly endedByTheirRow: number;
  /** From the first event to the last accepted submit. */
  readonly seconds: number;
  /** What the quota of StartChangeSet takes for so many change sets at the rate that the workers have together. */
  readonly floorSeconds: number;
  /** Calls by the change sets that were submitted, by operation. */
  readonly callsPerSubmit: Readonly<Record<string, number>>;
  /** Calls that were refused for being too fast. */
  readonly throttled: number;
  /** From the event of a failure to the first look-up of its entity, while the storm lasts. */
  readonly firstCheckSeconds: { readonly sameAccount: number; readonly otherAccount: number };
  /** Questions about change sets of a third account, which fail with the storm: each is a notice. */
  readonly notices: number;
  /** From the event of a failure that AWS refuses to describe to its critical notice, while the storm lasts. */
  readonly criticalNoticeSeconds: number;
}

/** A storm of this size or more has to come nearer to its floor. */
const largeFrom = 600;
/** The most that a storm may take, by its floor. */
const mostOfFloor = { small: 1.35, large: 1.15 } as const;
const firstCheckWithinSeconds = 30;
const criticalNoticeWithinSeconds = 30;

/** What the quota of StartChangeSet takes for so many submits, in seconds. */
export function floorSecondsOf({ changeSets, workers }: Pick<StormCase, 'changeSets' | 'workers'>): number {
  return changeSets / (workers * rateOf(vendorQuotas.StartChangeSet, 1 / workers));
}

/** How much of its floor a storm may take. */
export function boundOf({ changeSets }: Pick<StormCase, 'changeSets'>): number {
  return changeSets >= largeFrom ? mostOfFloor.large : mostOfFloor.small;
}

/** Whether a storm kept every bound. */
export function keepsBounds(figures: StormFigures): boolean {
  const { changeSets, submitted, submittedTwice, endedByTheirRow, seconds, floorSeconds, throttled } = figures;
  const { sameAccount, otherAccount } = figures.firstCheckSeconds;
  return (
    submittedTwice === 0 &&
    throttled === 0 &&
    submitted + endedByTheirRow === changeSets &&
    seconds <= floorSeconds * boundOf(figures) &&
    sameAccount <= firstCheckWithinSeconds &&
    otherAccount <= firstCheckWithinSeconds &&
    figures.criticalNoticeSeconds <= criticalNoticeWithinSeconds
  );
}

/** An accepted submit: of which origin, and when, in milliseconds since the epoch. */
export interface Submit {
  readonly originId: string;
  readonly atMs: number;
}

/** The submits of an account that AWS accepted, a repeated token aside. */
export function submitsOf(log: readonly LogEntry[], account: string): readonly Submit[] {
  return log.flatMap((entry) => {
    if (entry.kind !== 'call' || entry.operation !== 'StartChangeSet' || entry.tokenRepeated === true) return [];
    if (entry.account !== account) return [];
    const marker = readMarker(entry.changeSetName);
    return marker === undefined ? [] : [{ originId: marker.originId, atMs: Date.parse(entry.at) }];
  });
}

/** How often each operation was called in an account, by a number of submits. */
export function callsPerSubmit(
  log: readonly LogEntry[],
  account: string,
  submits: number,
): Readonly<Record<string, number>> {
  const calls = log.filter((entry) => entry.kind !== 'event' && entry.account === account);
  const byOperation = Map.groupBy(calls, (entry) => (entry.kind === 'event' ? '' : entry.operation));
  return Object.fromEntries([...byOperation].map(([operation, made]) => [operation, made.length / submits]));
}

/** When an entity was first looked up with a listing, in milliseconds since the epoch. */
export function firstLookUpMs(log: readonly LogEntry[], entityId: string): number | undefined {
  const found = log.find(
    (entry) =>
      entry.kind === 'call' &&
      entry.operation === 'ListChangeSets' &&
      JSON.stringify(entry.request).includes(`"${entityId}"`),
  );
  return found && Date.parse(found.at);
}
