import { defined, memberOf } from '../../defined.ts';
import { failureTypeOf, type FailureType } from '../../failures.ts';
import type { CatalogChange, CatalogScope, MarketplaceCatalog } from '../../vendors/marketplaceCatalog/port.ts';
import type {
  AppliedChange,
  ChangeSetReference,
  SuccessDescription,
} from '../../workflows/changeSetRemediation/contract.ts';
import { vendorText } from '../../workflows/shared/markdown.ts';
import { knownEntity } from './successors.ts';

/** Products whose titles are asked for: one call each. */
const mostTitles = 5;
/** A change set holds twenty changes at most (API model). */
const mostChanges = 20;
/** In characters: what enters the history of one text. */
const longestText = 200;

const short = (text: string): string => vendorText(text, longestText);

/** What no repeat of the call makes better soon: the notice does not wait for it. */
const unreadable: ReadonlySet<FailureType | undefined> = new Set([
  'AccessDenied',
  'CredentialsRejected',
  'NotConfigured',
  'NotFound',
  'RequestRejected',
]);

async function ifReadable<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (unreadable.has(failureTypeOf(error))) return undefined;
    throw error;
  }
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
}

/**
 * The title of the version that a change adds: `Version.VersionTitle` of AddDeliveryOptions, of AMI, container and machine
 * learning products alike (Working with single-AMI products, container products, machine learning products). SaaS products
 * have no versions.
 */
function versionTitleOf({ changeType, details, detailsDocument }: CatalogChange): string | undefined {
  if (changeType !== 'AddDeliveryOptions') return undefined;
  const title = memberOf(memberOf(detailsDocument ?? parsed(details), 'Version'), 'VersionTitle');
  return typeof title === 'string' && title.trim() !== '' ? short(title) : undefined;
}

const familyOf = ({ entityType }: CatalogChange): string => entityType.split('@')[0] ?? entityType;

/** Products and solutions have titles that every buyer reads; an offer's name can be a buyer's. */
function hasTitle(change: CatalogChange): boolean {
  const family = familyOf(change);
  return family.endsWith('Product') || family === 'Solution';
}

async function titlesOf(
  catalog: Pick<MarketplaceCatalog, 'describeEntity' | 'expects'>,
  scope: CatalogScope,
  changes: readonly CatalogChange[],
): Promise<ReadonlyMap<string, string>> {
  const ids = changes.filter(hasTitle).flatMap(({ entityId }) => knownEntity(entityId) ?? []);
  const asked = [...new Set(ids)].slice(0, mostTitles);
  if (asked.length > 0) catalog.expects(scope, { describeEntity: asked.length });
  const found = await Promise.all(
    asked.map(async (id) => {
      const { title } = (await ifReadable(catalog.describeEntity(scope, id))) ?? {};
      return title === undefined ? [] : [[id, short(title)] as const];
    }),
  );
  return new Map(found.flat());
}

/**
 * What a change set that succeeded has changed: types, ids, titles of products and of versions, and nothing else of the
 * contents. What AWS does not show to this account is left out.
 * @throws where AWS is not reached or fails, so that the server repeats it.
 */
export async function describeSuccess(
  catalog: Pick<MarketplaceCatalog, 'describeChangeSet' | 'describeEntity' | 'expects'>,
  reference: ChangeSetReference,
): Promise<SuccessDescription> {
  const { changeSetId } = reference;
  const shown = await ifReadable(catalog.describeChangeSet(reference, changeSetId));
  if (shown === undefined) return { changeSetId, changes: [] };
  const changes = shown.changes.slice(0, mostChanges);
  const titles = await titlesOf(catalog, reference, changes);
  const applied = changes.map((change): AppliedChange => {
    const entityId = knownEntity(change.entityId);
    return {
      changeType: short(change.changeType),
      entityType: short(familyOf(change)),
      ...defined({
        entityId: entityId && short(entityId),
        title: entityId === undefined ? undefined : titles.get(entityId),
        versionTitle: versionTitleOf(change),
      }),
    };
  });
  const { name, intent } = shown;
  return { changeSetId, ...defined({ name: name && short(name), intent: intent && short(intent) }), changes: applied };
}
