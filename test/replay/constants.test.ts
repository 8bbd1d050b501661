import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, Worker, type WorkflowBundle } from '@temporalio/worker';
import { pino } from 'pino';
import { bundleWorkflows } from '../../src/workers/bundle.ts';
import { installRuntime, temporalLogger } from '../../src/workers/temporalLogger.ts';
import { constantsIn, type Constant } from '../workflows/constants/find.ts';
import { listed, type Reason } from '../workflows/constants/listed.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const histories = fileURLToPath(new URL('histories/', import.meta.url));
const silent = pino({ level: 'silent' });
/** What decides nothing, as it is listed. */
const harmless: ReadonlySet<Reason | undefined> = new Set(['size', 'option', 'example']);

function isHarmless(file: string, { name }: Constant): boolean {
  return harmless.has(listed[file]?.[name.slice(file.length + 2)]);
}

/** The source with the numbers of some constants twice as large, by default of the harmless ones. */
function changed(
  file: string,
  source: string,
  isChanged: (file: string, constant: Constant) => boolean = isHarmless,
): { readonly source: string; readonly count: number } {
  const bytes = Buffer.from(source);
  const text = (start: number, end?: number): string => bytes.subarray(start, end).toString();
  let copied = 0;
  let made = '';
  const constants = constantsIn(file, source).filter((one) => isChanged(file, one));
  for (const { start, end } of constants) {
    const value = text(start, end).replaceAll(
      /(?<![\w.'])(?:[\d_.]+|(?:second|minute|hour|day)Ms)\b(?!['\w])/g,
      '(2 * $&)',
    );
    made += text(copied, start) + value;
    copied = end;
  }
  return { source: made + text(copied), count: constants.length };
}

let folder = '';
let present: WorkflowBundle;
let other: WorkflowBundle;
let count = 0;
let changedDefaults = 0;

beforeAll(async () => {
  installRuntime(silent);
  present = await bundleWorkflows(silent);
  folder = mkdtempSync(`${root}.steward/changed-`);
  cpSync(`${root}src`, `${folder}/src`, { recursive: true });
  const workflows = `${folder}/src/workflows/`;
  for (const file of globSync('**/*.ts', { cwd: workflows })) {
    const made = changed(file, readFileSync(`${workflows}${file}`, 'utf8'));
    count += made.count;
    writeFileSync(`${workflows}${file}`, made.source);
  }
  const defaults = `${folder}/src/policies/defaults.ts`;
  const made = changed('policies', readFileSync(defaults, 'utf8'), () => true);
  changedDefaults = made.count;
  writeFileSync(defaults, made.source);
  other = await bundleWorkflowCode({
    workflowsPath: `${workflows}index.ts`,
    payloadConverterPath: `${workflows}shared/payloadConverter.ts`,
    failureConverterPath: `${workflows}shared/failureConverter.ts`,
    logger: temporalLogger(silent),
  });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** What a replay comes to: the name of its error, where it fails. */
async function outcome(workflowBundle: WorkflowBundle, history: unknown): Promise<string> {
  try {
    await Worker.runReplayHistory({ workflowBundle }, history);
    return 'replayed';
  } catch (error) {
    return error instanceof Error ? error.name : 'failed';
  }
}

test('every constant that is listed as harmless is changed, and every default of a policy', () => {
  expect(count).toBeGreaterThan(80);
  expect(changedDefaults).toBeGreaterThan(10);
});

test.each(globSync('**/*.json', { cwd: histories }).toSorted())(
  '%s is replayed in the same way with each of them twice as large',
  async (file) => {
    const history: unknown = JSON.parse(readFileSync(`${histories}${file}`, 'utf8'));
    expect(await outcome(other, history)).toBe(await outcome(present, history));
  },
);
