import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type WorkflowBundle } from '@temporalio/worker';
import { silent } from '@marketplace-steward/testing/silent';
import { payloadConverterPath } from '../../src/delivery/dataConverter.ts';
import { temporalLogger } from '../../src/workers/temporalLogger.ts';
import { activityNames, commandingFunctions, instrument, type Mutant } from './instrument.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** A copy of the sources, where the packages are found too. */
const folder = join(root, '.steward', 'mutations');
const ground = ['defined.ts', 'failures.ts', 'addresses.ts'];

/** All changes of the workflows' commands, and one bundle that can carry out each of them. */
export async function bundleMutants(): Promise<{ bundle: WorkflowBundle; mutants: readonly Mutant[] }> {
  rmSync(folder, { recursive: true, force: true });
  const workflows = join(root, 'src', 'workflows');
  const files = globSync('**/*.ts', { cwd: workflows }).toSorted();
  const sources = new Map(files.map((file) => [file, readFileSync(join(workflows, file), 'utf8')]));
  const activities = new Set([...sources.values()].flatMap(activityNames));
  const commanding = commandingFunctions([...sources.values()], activities);
  mkdirSync(folder, { recursive: true });
  for (const file of ground) cpSync(join(root, 'src', file), join(folder, file));
  for (const file of ['switch.ts', 'ids.ts']) cpSync(fileURLToPath(new URL(file, import.meta.url)), join(folder, file));
  const mutants: Mutant[] = [];
  for (const [file, source] of sources) {
    const target = join(folder, 'workflows', file);
    const switchPath = relative(dirname(target), join(folder, 'switch.ts'));
    const made = instrument({ file, source, first: mutants.length, activities, commanding, switchPath });
    mutants.push(...made.mutants);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, made.source);
  }
  const bundle = await bundleWorkflowCode({
    workflowsPath: join(folder, 'workflows', 'index.ts'),
    payloadConverterPath,
    logger: temporalLogger(silent),
  });
  return { bundle, mutants };
}
