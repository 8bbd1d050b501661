import { defined } from '../defined.ts';
import { idKinds } from './ids.ts';
import type { BusinessProductId, ItemId } from './ids.ts';
import { cut, shapeOf } from './shape.ts';
import type { FieldProblem } from './types.ts';

/** An item that an event is about. */
export interface ItemReference {
  readonly businessProductId: BusinessProductId;
  readonly itemId: ItemId;
}

/** The items named, each once and in order, and what else the entries say; or the entries that cannot be read. */
export type ItemsRead =
  | {
      readonly ok: true;
      readonly items: readonly [ItemReference, ...ItemReference[]];
      readonly notes: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

// Each item is one delivery with a copy of the detail, to be made before the sender's time-out. The vendor shows one.
const maxItems = 100;
// Every delivery carries the notes of all entries; the entries themselves are in the detail.
const maxNotes = 5;
const typePattern = /^[A-Za-z][A-Za-z0-9._-]{0,63}$/;
/** The type of a resource that is an item: of buyability events, and of INVENTORY_CHANGED. */
export type ItemType = 'items' | 'item-quantities';

const expectedEntry = 'businessProduct/{businessProductId}/items/{itemId}, further types and ids in pairs';

/**
 * Reads `resources`: each entry starts with businessProduct/{id} and goes on in pairs of type and id (Buy with Prime,
 * "Fields"). Unknown types are noted. An event that names no item is refused: there is nothing to hand it to.
 * @param field path of the array, for the problems
 * @param types under which an item stands in an entry
 */
export function readItems(
  resources: readonly string[],
  field: string,
  types: readonly ItemType[] = ['items'],
): ItemsRead {
  const items = new Map<string, ItemReference>();
  const notes: string[] = [];
  const problems: FieldProblem[] = [];
  for (const [index, entry] of resources.entries()) {
    const path = `${field}[${index}]`;
    const read = readEntry(entry, types);
    if ('expected' in read) {
      problems.push({ field: path, found: shapeOf(entry), expected: read.expected });
      continue;
    }
    if (read.item) items.set(`${read.item.businessProductId}/${read.item.itemId}`, read.item);
    if (read.note !== undefined) notes.push(`${path} ${read.note}: ${cut(entry)}`);
  }
  const [first, ...rest] = items.values();
  if (first === undefined && problems.length === 0) {
    problems.push({ field, found: shapeOf(resources), expected: `an entry that names an item: ${expectedEntry}` });
  }
  if (items.size > maxItems) {
    problems.push({ field, found: `${items.size} items`, expected: `at most ${maxItems} items in one event` });
  }
  if (first === undefined || problems.length > 0) return { ok: false, problems };
  const left = notes.length - maxNotes;
  const shown = left > 0 ? [...notes.slice(0, maxNotes), `and ${left} more such entries of ${field}`] : notes;
  return { ok: true, items: [first, ...rest], notes: shown };
}

interface EntryRead {
  readonly item?: ItemReference;
  readonly note?: string;
}

function readEntry(entry: string, types: readonly ItemType[]): EntryRead | { readonly expected: string } {
  const pairs = pairsOf(entry);
  if (pairs === undefined) return { expected: expectedEntry };
  const businessProduct = pairs.get('businessProduct');
  const item = types.map((type) => pairs.get(type)).find((id) => id !== undefined);
  if (!idKinds.businessProduct.matches(businessProduct)) {
    return { expected: `${expectedEntry}, with ${idKinds.businessProduct.expected}` };
  }
  const known: readonly string[] = ['businessProduct', ...types];
  const unknownTypes = [...pairs.keys()].filter((type) => !known.includes(type));
  const note =
    unknownTypes.length > 0 ? `names resources of unknown type (${cut(unknownTypes.join(', '))})` : undefined;
  if (item === undefined) return { note: note ?? 'names no item' };
  if (!idKinds.item.matches(item)) return { expected: `${expectedEntry}, with ${idKinds.item.expected}` };
  return { item: { businessProductId: businessProduct, itemId: item }, ...defined({ note }) };
}

function pairsOf(entry: string): ReadonlyMap<string, string> | undefined {
  const segments = entry.split('/');
  if (segments[0] !== 'businessProduct' || segments.length % 2 !== 0) return undefined;
  const pairs = new Map<string, string>();
  for (let at = 0; at < segments.length; at += 2) {
    const [type = '', id = ''] = segments.slice(at, at + 2);
    // A type named twice would leave open which of the two ids is meant.
    if (!typePattern.test(type) || pairs.has(type)) return undefined;
    pairs.set(type, id);
  }
  return pairs;
}
