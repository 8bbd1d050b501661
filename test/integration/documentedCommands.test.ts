/** The commands of README and the pages that talk to a running `npm start`, run as they stand there. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { launchDemo } from '@marketplace-steward/demo/demoProcess';
import { jsonDocuments } from '../../tools/pages/jsonFields/documents.ts';
import { pathsIn, undocumented } from '../docs/jsonPaths.ts';
import { documentedLines, stewardCommand } from '../docs/documented.ts';

jest.setTimeout(240_000);

/** The command needs no registry in a clone, and no bootstrap in a test. */
const shell = `steward() { ${process.execPath} src/cli/main.ts "$@"; }`;
/** A placeholder is the reader's to fill in, a service would run on, and --ingress and --config name the reader's own. */
const ownValues =
  /<[a-z][^>]*>|\bsteward (worker|ingress|codec-server|watch)\b|--(ingress|config|file|change) |YOUR|\b111122223333\b|\$(USER|NEXT)/;

const lines = documentedLines().filter(({ line }) => stewardCommand.test(line) && !ownValues.test(line));
/** What the commands are about. */
const played = [
  'CLIENT_ERROR: needs a decision',
  'security report, its due date moves',
  'an event is lost, and the change set found',
];
const launched = launchDemo(played);

beforeAll(async () => {
  const demo = await launched.ready;
  await Promise.all(played.map((name) => demo.atRest(name)));
});
afterAll(() => launched.stop());

test('README’s own commands are among them', () => {
  expect(lines.filter(({ page }) => page === 'README.md')).toHaveLength(3);
});

/** A command that several pages have is run once. */
const once = [...new Map(lines.toReversed().map((documented) => [documented.line, documented])).values()].toReversed();

test.each(once)('$page: $line', async ({ line }) => {
  const environment = Object.entries(process.env).filter(([name]) => !/^(TEMPORAL|STEWARD)_/.test(name));
  const { stdout } = await promisify(execFile)('sh', ['-c', `${shell}; ${line.replace(stewardCommand, 'steward ')}`], {
    env: { ...Object.fromEntries(environment), STEWARD_HOME: launched.home },
  });
  expect(stdout).not.toBe('');
  const [, command = ''] = /^(?:npx |npm exec --no -- |node bin\/)?steward(?:\.mjs)? (\w+).* --json$/.exec(line) ?? [];
  if (!Object.hasOwn(jsonDocuments, command)) return;
  const document = JSON.parse(stdout) as { readonly type?: string; readonly details?: unknown };
  const details = command === 'show' ? undocumented(`details of ${document.type}`, pathsIn(document.details)) : [];
  expect([...undocumented(command, pathsIn(document)), ...details]).toEqual([]);
});
