import { createHash } from 'node:crypto';
import type { CatalogChangeSet } from '../../vendors/marketplaceCatalog/port.ts';
import type { Amendment, AmendmentDifference } from '../../workflows/changeSetRemediation/contract.ts';
import { numberMark, readContents } from './contents.ts';

/** Lines that are kept: nobody reads the whole difference of a large document. */
const longestDifference = 60;

function leaves(value: unknown, path = ''): ReadonlyArray<readonly [string, unknown]> {
  if (typeof value !== 'object' || value === null) return [[path === '' ? '(whole)' : path, value]];
  const entries = Array.isArray(value) ? value.map((one, index) => [`${index}`, one] as const) : Object.entries(value);
  if (entries.length === 0) return path === '' ? [] : [[path, Array.isArray(value) ? '[]' : '{}']];
  return entries.flatMap(([key, one]) => leaves(one, path === '' ? key : `${path}.${key}`));
}

/** The digest of a shorter text could be reversed by guessing: an account's id, a price, a date. */
const shortestDigested = 20;

/** A value's kind and length, and the digest of a long one, to compare two and to check a known one. */
function shown(value: unknown): string {
  const isNumber = typeof value === 'string' && value.startsWith(numberMark);
  const text = isNumber ? value.slice(1) : typeof value === 'string' ? value : JSON.stringify(value);
  const kind = `${isNumber ? 'number' : typeof value} of ${text.length} characters`;
  if (text.length < shortestDigested) return kind;
  return `${kind} (${createHash('sha256').update(text).digest('hex').slice(0, 8)})`;
}

function difference(before: unknown, after: unknown): readonly string[] {
  const old = new Map(leaves(before));
  const fresh = new Map(leaves(after));
  const changed = [...fresh].flatMap(([path, value]) => {
    if (!old.has(path)) return [`${path}: added, ${shown(value)}`];
    return old.get(path) === value ? [] : [`${path}: ${shown(old.get(path))} becomes ${shown(value)}`];
  });
  const removed = [...old.keys()].filter((path) => !fresh.has(path)).map((path) => `${path}: removed`);
  return [...changed, ...removed];
}

/**
 * What amendments change, without contents: details hold buyers, prices and addresses, and this enters the history.
 * @param source the change set whose details are amended.
 */
export function describeDifference(source: CatalogChangeSet, amendments: readonly Amendment[]): AmendmentDifference {
  const lines = amendments.flatMap(({ index, details }) => {
    const change = source.changes[index];
    const name = `changes[${index}] ${change?.changeType ?? 'unknown'}`;
    const before = change?.details === undefined ? undefined : readContents(change.details);
    if (before === undefined) return [`${name}: AWS shows no details to compare with; ${shown(details)}`];
    const after = readContents(details);
    if (after === undefined) return [`${name}: nested too deep to be compared; ${shown(details)}`];
    const found = difference(before.value, after.value);
    return found.length === 0 ? [`${name}: nothing changes`] : found.map((line) => `${name} ${line}`);
  });
  const more = lines.length - longestDifference;
  return { lines: more > 0 ? [...lines.slice(0, longestDifference), `and ${more} more`] : lines };
}

/** The change set with the amended details in place of its own; everything else stays as it is. */
export function amended(source: CatalogChangeSet, amendments: readonly Amendment[]): CatalogChangeSet {
  const byIndex = new Map(amendments.map(({ index, details }) => [index, details]));
  return {
    ...source,
    changes: source.changes.map((change, index) => {
      const details = byIndex.get(index);
      return details === undefined ? change : { ...change, details, detailsDocument: undefined };
    }),
  };
}
