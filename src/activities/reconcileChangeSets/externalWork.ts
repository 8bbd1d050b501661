import { createHash } from 'node:crypto';
import pMap from 'p-map';
import { failureTypeOf } from '../../failures.ts';
import type { OpenLineage, OpenLineages } from '../../delivery/openLineages.ts';
import type { CatalogEntity, CatalogScope, MarketplaceCatalog } from '../../vendors/marketplaceCatalog/port.ts';
import type { AccountCheck, AccountResult } from '../../workflows/reconcileChangeSets/contract.ts';
import { ifKnown } from '../changeSetRemediation/partialEffects.ts';

/** What the check of entities works with. */
export interface ExternalWorkParts {
  readonly catalog: Pick<MarketplaceCatalog, 'describeEntity' | 'describeChangeSet' | 'listChangeSets' | 'expects'>;
  readonly lineages: Pick<OpenLineages, 'reportWork'>;
}

const dayMs = 86_400_000;
/** AWS may date an entity a little after the end of the change set that changed it, in milliseconds. */
const settlingMs = 60_000;
/** How far a check reaches back behind the one before, in milliseconds: an entity may be dated late. */
const overlapMs = 3_600_000;
/** Entities of one account in one round: five seconds of the vendor's quota. */
const mostEntities = 100;
/** Calls at once, of one account. */
const atOnce = 4;

/** An entity whose time has come, and which was last checked a day before. */
interface Due {
  readonly entityId: string;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
}

/** Every entity has its own time of the day, so that those of an account are spread over it; in milliseconds. */
function timeOfDayMs(entityId: string): number {
  return createHash('sha256').update(entityId).digest().readUIntBE(0, 6) % dayMs;
}

/** The entities whose time came after one moment and until another, the first of each; the earliest first. */
export function dueBetween(entityIds: readonly string[], afterMs: number, untilMs: number): readonly Due[] {
  return [...new Set(entityIds)]
    .flatMap((entityId): readonly Due[] => {
      const offsetMs = timeOfDayMs(entityId);
      const atMs = (Math.floor((afterMs - offsetMs) / dayMs) + 1) * dayMs + offsetMs;
      return atMs <= untilMs ? [{ entityId, atMs }] : [];
    })
    .toSorted((one, other) => one.atMs - other.atMs);
}

async function shown(
  { catalog }: ExternalWorkParts,
  { account, catalogs }: AccountCheck,
  entityId: string,
): Promise<{ readonly scope: CatalogScope; readonly entity: CatalogEntity } | undefined> {
  for (const name of catalogs) {
    const scope = { account, catalog: name };
    const entity = await ifKnown(catalog.describeEntity(scope, entityId));
    if (entity !== undefined) return { scope, entity };
  }
  return undefined;
}

/** Whether a success of the account may have made the entity's last change. A validation changes nothing. */
async function isOwnWork(
  { catalog }: ExternalWorkParts,
  scope: CatalogScope,
  { entityId, lastModified }: CatalogEntity,
): Promise<boolean> {
  const modifiedMs = Date.parse(lastModified ?? '');
  if (Number.isNaN(modifiedMs)) return false;
  const endedFrom = new Date(modifiedMs - settlingMs).toISOString();
  catalog.expects(scope, { lookUps: 1 });
  const rows = await catalog.listChangeSets(scope, { entityIds: [entityId], statuses: ['SUCCEEDED'], endedFrom });
  for (const { changeSetId } of rows) {
    catalog.expects(scope, { describeChangeSet: 1 });
    if ((await catalog.describeChangeSet(scope, changeSetId)).intent !== 'VALIDATE') return true;
  }
  return false;
}

/** What somebody else made of an entity since its last check, as its identity; undefined for nothing. */
async function changeOf(parts: ExternalWorkParts, check: AccountCheck, due: Due): Promise<string | undefined> {
  const found = await shown(parts, check, due.entityId);
  if (found === undefined) return undefined;
  const { scope, entity } = found;
  if (Date.parse(entity.lastModified ?? '') <= due.atMs - dayMs - overlapMs) return undefined;
  return (await isOwnWork(parts, scope, entity)) ? undefined : `${entity.entityId}@${entity.revision ?? ''}`;
}

/**
 * Checks the entities of an account's open questions for what no change set of the account has made: the listing cannot show
 * that, and their revisions do. Each entity is asked about once a day, however many questions have it; after an outage each
 * once, for all of the time.
 * @param asked the account's lineages about which an operator is asked.
 * @returns up to when entities have been checked; where AWS refuses, or there are too many, the next round goes on from there.
 */
export async function checkEntities(
  parts: ExternalWorkParts,
  check: AccountCheck,
  asked: readonly OpenLineage[],
  nowMs: number,
): Promise<Pick<AccountResult, 'entitiesUntil'>> {
  const now = new Date(nowMs).toISOString();
  const { entitiesUntil } = check.reporting ?? {};
  // A question that was asked since has compared what happened before it; its entities come within a day of now.
  if (asked.length === 0) return {};
  if (entitiesUntil === undefined) return { entitiesUntil: now };
  const due = dueBetween(
    asked.flatMap(({ entities }) => entities),
    Date.parse(entitiesUntil),
    nowMs,
  );
  const part = due.slice(0, mostEntities);
  const [catalog = ''] = check.catalogs;
  parts.catalog.expects({ account: check.account, catalog }, { describeEntity: part.length * check.catalogs.length });
  try {
    await pMap(
      part,
      async (one) => {
        const work = await changeOf(parts, check, one);
        if (work === undefined) return;
        const concerned = asked.filter(({ entities }) => entities.includes(one.entityId));
        await pMap(concerned, (lineage) => parts.lineages.reportWork(lineage, { work: [work] }), {
          concurrency: atOnce,
        });
      },
      { concurrency: atOnce },
    );
  } catch (error) {
    // The alarm of the account says what to do; what the listing shows is reported all the same.
    if (failureTypeOf(error) === undefined) throw error;
    return { entitiesUntil };
  }
  const last = part.at(-1);
  return { entitiesUntil: part.length < due.length && last !== undefined ? new Date(last.atMs).toISOString() : now };
}
