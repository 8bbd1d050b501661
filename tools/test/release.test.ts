import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { releasedChangelog } from '../release/changelog.ts';
import { isAfter, places, versionsIn, withVersion } from '../release/versions.ts';

const root = join(__dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

describe('the changelog', () => {
  const earlier = '## 0.1.0, 2026-11-01\n\n- The first.\n';
  const text = (heading: string, changes: string): string => `# Changelog\n\n${heading}\n\n${changes}\n\n${earlier}`;

  it('closes what has gathered as a release of the day, and begins the next', () => {
    const released = `# Changelog\n\n## Unreleased\n\n## 0.2.0, 2026-12-01\n\n- One.\n- Two.\n\n${earlier}`;
    expect(releasedChangelog(text('## Unreleased', '- One.\n- Two.'), '0.2.0', '2026-12-01')).toBe(released);
    // Once more with nothing gathered.
    expect(() => releasedChangelog(released, '0.3.0', '2026-12-02')).toThrow(/no change since the last release/);
  });

  it('closes the first release, which names its version', () => {
    const first = '# Changelog\n\n## 0.1.0, not released\n\nThe first version.\n\n- One.\n';
    expect(releasedChangelog(first, '0.1.0', '2026-12-01')).toBe(
      '# Changelog\n\n## Unreleased\n\n## 0.1.0, 2026-12-01\n\nThe first version.\n\n- One.\n',
    );
    expect(() => releasedChangelog(first, '0.2.0', '2026-12-01')).toThrow(/has 0\.1\.0 at its top/);
  });

  it.each([
    ['a version twice', text('## Unreleased', '- One.'), '0.1.0', /0\.1\.0 is to be released/],
    ['nothing that has gathered', text('## Unreleased', ''), '0.2.0', /no change since/],
    ['no heading for it', `# Changelog\n\n${earlier}`, '0.2.0', /does not begin with/],
  ])('refuses %s', (_title, changelog, version, message) => {
    expect(() => releasedChangelog(changelog, version, '2026-12-01')).toThrow(message);
  });

  it('of this clone can be released', () => {
    const [, own] = /^## (\d+\.\d+\.\d+), not released$/m.exec(read('CHANGELOG.md')) ?? [];
    expect(releasedChangelog(read('CHANGELOG.md'), own ?? '99.0.0', '2026-12-01')).toContain('## Unreleased\n');
  });
});

describe('the versions', () => {
  const { version } = JSON.parse(read('package.json')) as { readonly version: string };

  it.each(places)('$path says the one of package.json, wherever it names one', (place) => {
    expect(new Set(versionsIn(read(place.path), place))).toEqual(new Set([version]));
    const changed = withVersion(read(place.path), place, '98.7.6');
    expect(new Set(versionsIn(changed, place))).toEqual(new Set(['98.7.6']));
    // Nothing else is changed.
    expect(changed.replaceAll('98.7.6', version)).toBe(read(place.path));
  });

  it('are compared by their numbers', () => {
    expect([isAfter('0.10.0', '0.9.9'), isAfter('0.9.9', '0.10.0'), isAfter('1.0.0', '1.0.0')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

test('npm run release commits and tags, and leaves alone what it may not release', () => {
  const clone = mkdtempSync(join(tmpdir(), 'steward-release-'));
  try {
    for (const path of ['CHANGELOG.md', 'tools/release.ts', 'tools/release', ...places.map((place) => place.path)]) {
      mkdirSync(dirname(join(clone, path)), { recursive: true });
      cpSync(join(root, path), join(clone, path), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'));
    writeFileSync(join(clone, '.gitignore'), 'node_modules\n');
    const identity = ['GIT_AUTHOR_NAME', 'GIT_COMMITTER_NAME'].map((name) => [name, 'ann'] as const);
    const addresses = ['GIT_AUTHOR_EMAIL', 'GIT_COMMITTER_EMAIL'].map((name) => [name, 'ann@example.com'] as const);
    const env = { ...process.env, ...Object.fromEntries([...identity, ...addresses]) };
    const git = (...args: string[]) => execFileSync('git', args, { cwd: clone, env, encoding: 'utf8' }).trim();
    const release = (...args: string[]) =>
      spawnSync(process.execPath, ['tools/release.ts', '--without-audit', ...args], {
        cwd: clone,
        env,
        encoding: 'utf8',
      });
    git('init', '--quiet');
    git('add', '--all');
    git('commit', '--quiet', '--message', 'begin');
    const changelog = read('CHANGELOG.md');
    writeFileSync(join(clone, 'CHANGELOG.md'), changelog.replace(/^## .*$/m, '## Unreleased'));
    expect(release('0.2.0')).toMatchObject({ status: 1, stderr: expect.stringContaining('not committed') });
    git('commit', '--quiet', '--all', '--message', 'gather');
    expect(release('0.2.0', '--check')).toMatchObject({ status: 0, stderr: '' });
    expect(git('status', '--porcelain')).toBe('');
    expect(release('0.2.0')).toMatchObject({ status: 0, stderr: '' });
    expect(git('log', '-1', '--format=%s %D')).toMatch(/^Release 0\.2\.0 .*tag: v0\.2\.0/);
    expect(git('status', '--porcelain')).toBe('');
    expect(JSON.parse(readFileSync(join(clone, 'package.json'), 'utf8'))).toMatchObject({ version: '0.2.0' });
    expect(release('0.2.0')).toMatchObject({ status: 1 });
  } finally {
    rmSync(clone, { recursive: true });
  }
});
