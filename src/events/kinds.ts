import { digestOf } from './json.ts';

const longestTypeCharacters = 80;
/** Of the digest that tells apart what cleaning makes alike. */
const digestCharacters = 8;

/**
 * The kind of an event by which it is counted: the source's name and the detail-type or descriptor, in printable ASCII, at
 * most about 120 characters. Equal for equal types; a type that had to be cleaned or cut ends in a digest of the whole.
 */
export function kindOf(sourceName: string, type: string): string {
  const clean = type.replaceAll(/[^ -~]/g, '?').slice(0, longestTypeCharacters);
  const ending = clean === type ? '' : `~${digestOf(type).slice(0, digestCharacters)}`;
  return `${sourceName}/${clean}${ending}`;
}
