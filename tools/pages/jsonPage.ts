/** The generated parts of docs/json.md: every member of every document that `--json` gives. */
import { table, withBlocks } from './generatedBlocks.ts';
import { accountResult, commonDetails, detailsByType } from './jsonFields/details.ts';
import { pathsOf, type Member } from './jsonFields/described.ts';
import { jsonDocuments } from './jsonFields/documents.ts';

function membersTable(members: Readonly<Record<string, Member>>): string {
  return table(
    ['member', 'what it is'],
    pathsOf(members).map(([path, text]) => [`\`${path}\``, text]),
  );
}

function documents(): string {
  return Object.values(jsonDocuments)
    .map(({ title, is, members }) =>
      [`### ${title}`, is, ...(Object.keys(members).length === 0 ? [] : [membersTable(members)])].join('\n\n'),
    )
    .join('\n\n');
}

function details(): string {
  const types = Object.entries(detailsByType).map(([type, members]) => `### \`${type}\`\n\n${membersTable(members)}`);
  return [
    membersTable(commonDetails),
    ...types,
    '### Of `accounts` of `reconcileChangeSets`',
    membersTable(accountResult),
  ].join('\n\n');
}

/**
 * The page with its generated parts brought up to date.
 * @throws Error where the page lacks the blocks' markers.
 */
export function jsonPage(page: string): string {
  return withBlocks(page, { documents, details });
}
