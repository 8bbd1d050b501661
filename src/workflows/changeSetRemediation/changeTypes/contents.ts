/** How the entries of one list in a change's details are told apart. */
export interface EntryKey {
  /** Fields of an entry whose values name it, all of them together. */
  readonly fields: readonly string[];
  /** Fields of an entry that hold an object each: what that object holds says of which kind the entry is. */
  readonly kindIn?: readonly string[];
  /** One entry of the list may go without a name. */
  readonly mayLack?: true;
}

/**
 * What the contents of a change do, and so when a newer change of the same type on the same entity leaves nothing of it
 * undone. A field that holds null gives nothing:
 * - `creates`: each one makes another entity, so a newer one never stands for it.
 * - `done`: there is nothing to give, the change is done or not. Another one with other contents may mean something else.
 * - `whole`: there is one value, in the field `given`, and the newest replaces it with all that belongs to it.
 * - `fields`: the document is partial. A newer one has to give at least the same fields, in nested objects too, and to
 *   name the same thing (`named`, by paths). Of a list that is made of named parts (`parts`, by the path of the list,
 *   empty for a document that is a list) it has to give the same entries. What else has a value is `replaced` by a newer
 *   value; or the newer one has to hold it too, and only its lists may be longer: `set` as a whole, or `added`. What is
 *   `made` under a name has one form: whether another one with the same name is meant in its place is not known.
 */
export type ContentsRule =
  | { readonly form: 'creates' }
  | { readonly form: 'done' }
  | { readonly form: 'whole'; readonly given: string }
  | {
      readonly form: 'fields';
      readonly values: 'replaced' | 'set' | 'added' | 'made';
      readonly named?: readonly string[];
      readonly parts?: Readonly<Record<string, EntryKey>>;
    };

/** Each one makes another entity. */
export const creates: ContentsRule = { form: 'creates' };

/** Something that is done or not, and has no value. */
export const done: ContentsRule = { form: 'done' };

/** One value, in the field of this name: the newest counts. */
export function whole(given: string): ContentsRule {
  return { form: 'whole', given };
}

/** A partial document of values. */
export const values: ContentsRule = { form: 'fields', values: 'replaced' };

/** Lists that are set as a whole, of which no entry may be lost: buyers, related products. */
export const members: ContentsRule = { form: 'fields', values: 'set' };

/** Lists whose entries are added or taken away one by one, within what the document names by these paths. */
export function entries(...named: readonly string[]): ContentsRule {
  return { form: 'fields', values: 'added', named };
}

/** A partial document of named parts, within what the document names by these paths. */
export function parts(byPath: Readonly<Record<string, EntryKey>>, ...named: readonly string[]): ContentsRule {
  return { form: 'fields', values: 'replaced', parts: byPath, named };
}

/** Named parts that are made once, within what the document names by these paths. */
export function made(byPath: Readonly<Record<string, EntryKey>>, ...named: readonly string[]): ContentsRule {
  return { form: 'fields', values: 'made', parts: byPath, named };
}

const termParts: Readonly<Record<string, EntryKey>> = {
  Terms: { fields: ['Type'] },
  'Terms.RateCards': { fields: ['Selector'], mayLack: true },
  'Terms.RateCards.RateCard': { fields: ['DimensionKey'] },
  'Terms.Grants': { fields: ['DimensionKey'] },
  'Terms.Documents': { fields: ['Type'] },
};

/** Terms of an offer or an authorization: each by its type; prices and grants by dimension, documents by their type. */
export const terms: ContentsRule = parts(termParts);

/** Terms that name buyers. */
export const buyerTerms: ContentsRule = { form: 'fields', values: 'set', parts: termParts };
