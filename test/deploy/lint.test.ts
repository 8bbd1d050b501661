import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPythonTool } from '@marketplace-steward/testing/python/pythonTool';
import { runCommand } from '@marketplace-steward/testing/temporal/temporalWheels';
import { awsFolder, templateNames, templateText } from './cloudFormation.ts';

const [installWithinMs, lintWithinMs] = [300_000, 120_000];
const folder = mkdtempSync(join(tmpdir(), 'templates-'));
let packages = '';
beforeAll(async () => {
  packages = await installPythonTool('cfn-lint');
}, installWithinMs);
afterAll(() => rmSync(folder, { recursive: true }));

function lint(files: readonly string[]): Promise<{ ok: boolean; output: string }> {
  const program = join(packages, 'bin', 'cfn-lint');
  const args = [
    program,
    '--regions',
    'us-east-1',
    '--include-checks',
    'I',
    '--format',
    'parseable',
    '--template',
    ...files,
  ];
  return runCommand('python3', args, lintWithinMs, { ...process.env, PYTHONPATH: packages });
}

test(
  'cfn-lint has nothing to say about the templates, and objects to a property that AWS does not know',
  async () => {
    const wrong = join(folder, 'wrong.yaml');
    writeFileSync(wrong, templateText('seller.yaml').replace('VisibilityTimeout: 60', 'Visibility: 60'));
    const [result, refusal] = await Promise.all([
      lint(templateNames.map((name) => join(awsFolder, name))),
      lint([wrong]),
    ]);
    expect(result).toEqual({ ok: true, output: '' });
    expect(refusal.ok).toBe(false);
    expect(refusal.output).toMatch(/wrong\.yaml:.*E3002.*Visibility/);
  },
  lintWithinMs,
);
