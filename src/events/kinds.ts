import { digestOf } from './json.ts';

/** What the names of events are made of. An address, a credential or markup has others, and so does what turns a screen. */
const nameCharacters = /^[\w .,()&'-]{0,80}/;
/** Of the digest that tells apart what cutting makes alike. */
const digestCharacters = 8;

/**
 * The kind of an event by which it is counted: the source's name and the detail-type or descriptor, in printable ASCII, at
 * most about 120 characters. Equal for equal types; a type is cut after 80 characters, and where the first stands that no
 * name has: then it ends in a digest of the whole.
 */
export function kindOf(sourceName: string, type: string): string {
  const clean = nameCharacters.exec(type)?.[0] ?? '';
  const ending = clean === type ? '' : `~${digestOf(type).slice(0, digestCharacters)}`;
  return `${sourceName}/${clean}${ending}`;
}
