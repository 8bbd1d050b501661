import { defined } from '../../defined.ts';
import type { CatalogChange, CatalogChangeSet, CatalogEntity } from '../../vendors/marketplaceCatalog/port.ts';
import type { DiagnosedChange, Diagnosis } from '../../workflows/changeSetRemediation/contract.ts';
import { vendorText } from '../../workflows/shared/markdown.ts';
import { staleContents } from './staleness.ts';

/**
 * Bounds, so that a diagnosis stays under about 30 KB in a history. AWS takes 20 changes; its messages have up to 2,048
 * characters and its codes up to 72 (API model); the number of errors has no bound.
 */
const bounds = {
  messageCharacters: 500,
  codeCharacters: 72,
  errors: 50,
  messageBytes: 10_000,
  staleTexts: 3,
  staleCharacters: 100,
  titles: 10,
  titleCharacters: 100,
};

/** One error, and the change that it is of. */
interface FoundError {
  readonly change: CatalogChange;
  readonly code: string;
  readonly message: string;
}

/** The errors of all changes: those with a code that none before them has, then those with one new to their change. */
function inOrderOfNews(changes: readonly CatalogChange[]): readonly FoundError[] {
  const errors = changes.flatMap((change) =>
    change.errors.map(({ code, message = '' }) => ({
      change,
      code: code.slice(0, bounds.codeCharacters),
      message: vendorText(message, bounds.messageCharacters),
    })),
  );
  const isFirst = (error: FoundError, index: number, isSame: (other: FoundError) => boolean): boolean =>
    errors.findIndex((other) => other.code === error.code && isSame(other)) === index;
  const rank = (error: FoundError, index: number): number => {
    if (isFirst(error, index, () => true)) return 0;
    return isFirst(error, index, ({ change }) => change === error.change) ? 1 : 2;
  };
  return errors
    .map((error, index) => ({ error, rank: rank(error, index) }))
    .toSorted((one, other) => one.rank - other.rank)
    .map(({ error }) => error);
}

/**
 * The errors that are kept, with as many of their messages as there is room for. Every code counts for the decision
 * table: there are fewer codes whose same input passes on its own than errors that are kept, so a code that is left out
 * never makes a change set pass for harmless.
 */
function keptErrors(changes: readonly CatalogChange[]): readonly FoundError[] {
  let leftBytes = bounds.messageBytes;
  return inOrderOfNews(changes)
    .slice(0, bounds.errors)
    .map((error) => {
      const bytes = Buffer.byteLength(JSON.stringify(error.message));
      if (bytes > leftBytes) return { ...error, message: '' };
      leftBytes -= bytes;
      return error;
    });
}

function staleTexts(texts: readonly string[]): readonly string[] {
  const shown = texts.slice(0, bounds.staleTexts).map((text) => text.slice(0, bounds.staleCharacters));
  const more = texts.length - shown.length;
  return more > 0 ? [...shown, `and ${more} more`] : shown;
}

/** What buyers read as the names of the products and solutions concerned; undefined where none is known. */
function titlesOf(entities: readonly CatalogEntity[]): Diagnosis['entities'] {
  const titled = entities.flatMap(({ entityId, title }) =>
    title === undefined ? [] : [{ entityId, title: vendorText(title, bounds.titleCharacters) }],
  );
  return titled.length === 0 ? undefined : titled.slice(0, bounds.titles);
}

/**
 * What a check showed of one change set, as it enters the history: without `Details`, with bounded texts, of every address
 * no more than its host.
 * @param now the entities that AWS shows, where they were looked up.
 */
export function diagnosisOf(
  changeSet: CatalogChangeSet,
  now: readonly CatalogEntity[] | undefined,
  nowMs: number,
): Diagnosis {
  const { changeSetId, status, name, intent, failureCode, startTime, endTime, changes } = changeSet;
  const failureDescription =
    changeSet.failureDescription && vendorText(changeSet.failureDescription, bounds.messageCharacters);
  const kept = keptErrors(changes);
  const diagnosed = (change: CatalogChange): DiagnosedChange => {
    const errors = kept.filter((error) => error.change === change).map(({ code, message }) => ({ code, message }));
    const moreErrors = change.errors.length - errors.length;
    return {
      changeType: change.changeType,
      entityType: change.entityType,
      ...defined({ entityId: change.entityId, moreErrors: moreErrors > 0 ? moreErrors : undefined }),
      errors,
      stale: staleTexts(staleContents(change, startTime, nowMs)),
    };
  };
  return {
    changeSetId,
    ...defined({ status, name, intent, failureCode, failureDescription, startTime, endTime }),
    changes: changes.map(diagnosed),
    ...defined({ entities: titlesOf(now ?? []) }),
  };
}
