import { createHash } from 'node:crypto';
import { z } from 'zod';
import { invalidField } from './errors.ts';

/** What places an item in a listing: the value it is sorted by, then something unique. */
type PlaceInOrder = readonly [sortedBy: string, unique: string];

/** A listing to cut a page from. */
export interface Listing<Item> {
  readonly items: readonly Item[];
  readonly place: (item: Item) => PlaceInOrder;
  readonly order: 'ASCENDING' | 'DESCENDING';
  /** What the listing was asked for, account included: a token is good for the same question only. */
  readonly question: unknown;
  readonly maxResults: number;
  readonly nextToken?: string;
}

/** One page; `nextToken` is missing on the last one. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken?: string;
}

const positionSchema = z.tuple([z.string(), z.string(), z.string()]);

/**
 * Sorts a listing and cuts a page from it. The token names the last item given, not a number of items, so that items
 * which appear or vanish between two pages make no other item be left out or given twice.
 * Throws a ValidationException for a token that this listing did not give.
 */
export function pageOf<Item>(listing: Listing<Item>): Page<Item> {
  const scope = createHash('sha256').update(JSON.stringify(listing.question)).digest('base64url').slice(0, 16);
  const direction = listing.order === 'ASCENDING' ? 1 : -1;
  const compare = (left: PlaceInOrder, right: PlaceInOrder): number => direction * comparePlaces(left, right);

  const sorted = [...listing.items].sort((left, right) => compare(listing.place(left), listing.place(right)));
  const last = listing.nextToken === undefined ? undefined : readToken(listing.nextToken, scope);
  const rest = last === undefined ? sorted : sorted.filter((item) => compare(listing.place(item), last) > 0);

  const items = rest.slice(0, listing.maxResults);
  const lastGiven = items.at(-1);
  if (rest.length <= items.length || lastGiven === undefined) return { items };
  return { items, nextToken: writeToken(scope, listing.place(lastGiven)) };
}

function comparePlaces(left: PlaceInOrder, right: PlaceInOrder): number {
  if (left[0] !== right[0]) return left[0] < right[0] ? -1 : 1;
  if (left[1] === right[1]) return 0;
  return left[1] < right[1] ? -1 : 1;
}

function writeToken(scope: string, place: PlaceInOrder): string {
  return Buffer.from(JSON.stringify([scope, ...place])).toString('base64url');
}

function readToken(token: string, scope: string): PlaceInOrder {
  try {
    const [tokenScope, sortedBy, unique] = positionSchema.parse(
      JSON.parse(Buffer.from(token, 'base64url').toString('utf8')),
    );
    if (tokenScope === scope) return [sortedBy, unique];
  } catch {
    // Falls through: a token that can't be read is refused like one of another listing.
  }
  throw invalidField('NextToken', 'not a token that this listing gave');
}
