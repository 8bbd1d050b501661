import { commonDetails, detailsByType } from '../../tools/pages/jsonFields/details.ts';
import { pathsOf, type Member } from '../../tools/pages/jsonFields/described.ts';
import { jsonDocuments } from '../../tools/pages/jsonFields/documents.ts';

/** How a text says that a member has members that stand elsewhere: by a link, or because their names are values. */
const saysWhere = /\]\(|^by |by state|row of `list`|document of `show`|: `|as `accounts` of/;

function membersOf(name: string): Readonly<Record<string, Member>> {
  const type = name.replace(/^details of /, '');
  if (type !== name) return { ...commonDetails, ...detailsByType[type] };
  const found = Object.entries(jsonDocuments).find(([each]) => each === name)?.[1];
  if (found === undefined) throw new Error(`there is no document ${name}`);
  return found.members;
}

/** The paths of all members of a document; a list has those of all its elements. */
export function pathsIn(value: unknown, before = ''): readonly string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((each) => pathsIn(each, `${before}[]`)))];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const path = before === '' || before === '[]' ? name : `${before}.${name}`;
    return [path, ...pathsIn(member, path)];
  });
}

/** Those of the paths of a document that docs/json.md does not have. */
export function undocumented(name: string, paths: readonly string[]): readonly string[] {
  const known = new Map(pathsOf(membersOf(name)).map(([path, text]) => [path.replace(/\[\]$/, ''), text]));
  const isElsewhere = (path: string): boolean =>
    [...known].some(
      ([each, text]) => saysWhere.test(text) && (path.startsWith(`${each}.`) || path.startsWith(`${each}[]`)),
    );
  return paths.filter((path) => !known.has(path) && !isElsewhere(path));
}
