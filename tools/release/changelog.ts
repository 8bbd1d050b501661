/** The heading under which the changes of the next release gather. */
const nextHeading = '## Unreleased';

/** A heading of the changelog, for instance `## 0.1.0, 2026-11-30`, `## 0.1.0, not released` or `## Unreleased`. */
const headings = /^## .*$/gm;

/**
 * The changelog with what has gathered at its top as a release of that day, and an empty heading above it for what comes next.
 * @param text CHANGELOG.md.
 * @param day as ISO 8601 writes it.
 * @throws Error where nothing has gathered, or this version has been released before.
 */
export function releasedChangelog(text: string, version: string, day: string): string {
  const found = [...text.matchAll(headings)];
  const [first, second] = found;
  if (first === undefined || !(first[0] === nextHeading || first[0].endsWith(', not released'))) {
    throw new Error(`CHANGELOG.md does not begin with “${nextHeading}”: nothing has gathered for a release`);
  }
  const versions = found.map(([heading]) => heading.slice(3).split(',')[0]);
  const [own, ...others] = versions;
  if (others.includes(version) || (own !== version && first[0] !== nextHeading)) {
    throw new Error(
      `CHANGELOG.md has ${own === version ? version : String(own)} at its top, and ${version} is to be released`,
    );
  }
  const gathered = text.slice(first.index + first[0].length, second?.index).trim();
  if (!/^- /m.test(gathered)) throw new Error('CHANGELOG.md has no change since the last release');
  const rest = second === undefined ? '' : `\n${text.slice(second.index)}`;
  return `${text.slice(0, first.index)}${nextHeading}\n\n## ${version}, ${day}\n\n${gathered}\n${rest}`;
}
