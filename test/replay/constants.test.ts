import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { pino } from 'pino';
import { bundleWorkflows } from '../../src/workers/bundle.ts';
import { installRuntime, temporalLogger } from '../../src/workers/temporalLogger.ts';
import { constantsIn, type Constant } from '../workflows/constants/find.ts';
import { listed, type Reason } from '../workflows/constants/listed.ts';
import { problemsOfRecorded, recordedFiles } from './recordedHistories.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
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
let present: Awaited<ReturnType<typeof problemsOfRecorded>>;
let other: typeof present;
let count = 0;
let changedDefaults = 0;

beforeAll(async () => {
  installRuntime(silent);
  present = await problemsOfRecorded(await bundleWorkflows(silent));
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
  const bundle = await bundleWorkflowCode({
    workflowsPath: `${workflows}index.ts`,
    payloadConverterPath: `${workflows}shared/payloadConverter.ts`,
    failureConverterPath: `${workflows}shared/failureConverter.ts`,
    logger: temporalLogger(silent),
  });
  other = await problemsOfRecorded(bundle);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

test('every constant that is listed as harmless is changed, and every default of a policy', () => {
  expect(count).toBeGreaterThan(80);
  expect(changedDefaults).toBeGreaterThan(10);
});

test.each(recordedFiles)('%s is replayed in the same way with each of them twice as large', (file) => {
  expect(other.has(file)).toBe(true);
  expect(other.get(file) === undefined).toBe(present.get(file) === undefined);
});
