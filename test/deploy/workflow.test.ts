import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const root = join(__dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Workflow {
  readonly jobs: Readonly<
    Record<string, { readonly steps: readonly { readonly uses?: string; readonly run?: string }[] }>
  >;
}

test('the workflow file runs the project’s own commands, on both lines of Node', () => {
  const text = read('.github/workflows/ci.yml');
  const commands = Object.values((parse(text) as Workflow).jobs).flatMap(({ steps }) =>
    steps.flatMap(({ run }) => run ?? []),
  );
  expect(commands).toEqual(expect.arrayContaining(['npm run check', 'npm test']));
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  for (const command of commands.filter((one) => one.startsWith('npm '))) {
    expect(Object.keys(scripts)).toContain(command.split(' ').at(-1));
  }
  expect(text).toContain('node-version: [22, 24]');
});
