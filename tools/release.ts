/**
 * `npm run release -- <version>`: checks that this commit may be released, writes the version everywhere, closes its section
 * of the changelog, commits and tags. It sends nothing anywhere: docs/releasing.md has what follows. `--check` only checks.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { releasedChangelog } from './release/changelog.ts';
import { isAfter, places, versionsIn, withVersion } from './release/versions.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

function run(program: string, ...args: readonly string[]): { readonly ok: boolean; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: root, encoding: 'utf8' });
  return { ok: status === 0, output: `${stdout}${stderr}`.trim() };
}

function git(...args: readonly string[]): string {
  const { ok, output } = run('git', ...args);
  if (!ok) throw new Error(`git ${args.join(' ')}: ${output}`);
  return output;
}

/** The known weaknesses of what is shipped. A registry without that service is a problem too, unless it is left out. */
function auditProblem(): string | undefined {
  const { ok, output } = run('npm', 'audit', '--omit=dev', '--audit-level=high', '--loglevel=error');
  if (ok) return undefined;
  const asked = output.includes('audit endpoint returned an error')
    ? 'the registry in use has no audit service; use another one, or --without-audit if somebody has checked'
    : output;
  return `npm audit: ${asked}`;
}

const { values, positionals } = parseArgs({
  options: { check: { type: 'boolean' }, 'without-audit': { type: 'boolean' } },
  allowPositionals: true,
});
const now = (JSON.parse(read('package.json')) as { readonly version: string }).version;
const next = positionals[0] ?? now;
const day = new Date().toISOString().slice(0, 10);

/** Everything that is written, before anything is: what cannot be released leaves the clone as it is. */
function written(): ReadonlyMap<string, string> {
  const texts = new Map([['CHANGELOG.md', releasedChangelog(read('CHANGELOG.md'), next, day)]]);
  for (const place of places) texts.set(place.path, withVersion(read(place.path), place, next));
  return texts;
}

function problems(): readonly string[] {
  const tags = git('tag', '--list', 'v*')
    .split('\n')
    .filter((tag) => tag !== '');
  const others = places.flatMap((place) =>
    versionsIn(read(place.path), place).map((version) => ({ ...place, version })),
  );
  return [
    ...(/^\d+\.\d+\.\d+$/.test(next) ? [] : [`${next} is no version: three numbers, for instance 0.2.0`]),
    ...(git('status', '--porcelain') === '' ? [] : ['the clone has changes that are not committed']),
    ...tags
      .filter((tag) => !isAfter(next, tag.slice(1)))
      .map((tag) => `${tag} is tagged, and ${next} does not come after it`),
    ...others
      .filter(({ version }) => version !== now)
      .map(({ path, version }) => `${path} says ${version}, package.json ${now}`),
    ...(values['without-audit'] === true ? [] : [auditProblem()]).filter((problem) => problem !== undefined),
  ];
}

try {
  const texts = written();
  const found = problems();
  if (found.length > 0) throw new Error(found.join('\n'));
  if (values.check === true) console.log(`${next} can be released; run npm test before.`);
  else {
    for (const [path, text] of texts) writeFileSync(join(root, path), text);
    git('commit', '--all', '--message', `Release ${next}`);
    git('tag', '--annotate', `v${next}`, '--message', `marketplace-steward ${next}`);
    console.log(`v${next} is committed and tagged. What follows: docs/releasing.md`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
