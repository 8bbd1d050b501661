import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Stage } from '../../../bench/stage.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const places = ['test/integration', 'tools/test/integration'];
/** On two cores; each file has a namespace of its own. */
const filesAtOnce = 2;

/** What the cluster cannot serve, or what does not ask it. A test is named as its file and its words. */
const leftOut = [
  { what: 'test/integration/ingressProcess.test.ts', reason: 'it starts dev servers of its own, and ends them' },
  { what: 'packages/testing/test/integration/temporalServer.test.ts', reason: 'it tests the dev server' },
  { what: 'bench/test/integration/bench.test.ts', reason: 'the bench that it starts has a dev server of its own' },
  { what: 'test/integration/npmPackage.test.ts', reason: 'npm run test:package' },
  { what: 'test/integration/sellerAccount.test.ts', reason: 'npm run going-live' },
  { what: 'docs/operating.md: steward links', reason: 'the cluster has no Web UI, whose address the command asks for' },
] as const;

const files = leftOut.map(({ what }) => what).filter((what) => what.endsWith('.ts'));
const tests = leftOut.map(({ what }) => what).filter((what) => !what.endsWith('.ts'));
/** Fits the names of all tests but those. */
const allOther = `^(?!.*(${tests.join('|')}))`;

/** What the integration tests came to. */
export interface IntegrationFigures {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
  readonly failures: ReadonlyArray<{ readonly file: string; readonly test: string }>;
  /** Files that passed when they ran alone. */
  readonly failedBesideOthers: readonly string[];
  readonly leftOut: typeof leftOut;
}

const resultSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numRuntimeErrorTestSuites: z.number(),
  numPendingTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

/** What jest's document of a run says. */
export function figuresOf(document: unknown): Omit<IntegrationFigures, 'seconds' | 'failedBesideOthers'> {
  const result = resultSchema.parse(document);
  const failures = result.testResults.flatMap(({ name, status, assertionResults }) => {
    const file = relative(root, name);
    const failed = assertionResults.filter((one) => one.status === 'failed').map(({ fullName }) => fullName);
    const named = failed.length === 0 && status === 'failed' ? ['it cannot be loaded'] : failed;
    return named.map((test) => ({ file, test }));
  });
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
    skipped: result.numPendingTests,
    failures,
    leftOut,
  };
}

/** Runs these files of tests in the project `server`, so many at once. @returns jest's document */
async function runJest(stage: Stage, patterns: readonly string[], atOnce: number): Promise<unknown> {
  const outputFile = join(stage.folder, 'jest.json');
  rmSync(outputFile, { force: true });
  const words = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    ...patterns,
    '--testPathIgnorePatterns',
    ...files,
    `--testNamePattern=${allOther}`,
    `--maxWorkers=${atOnce}`,
    '--forceExit',
    '--json',
    `--outputFile=${outputFile}`,
    '--selectProjects',
    'server',
  ];
  const child = spawn(process.execPath, words, {
    cwd: root,
    env: { ...process.env, STEWARD_TEMPORAL_ADDRESS: stage.temporal },
    stdio: ['ignore', 'ignore', 'inherit'],
    signal: stage.signal,
  });
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve());
  });
  return JSON.parse(readFileSync(outputFile, 'utf8'));
}

/**
 * Runs the integration tests on the stage's server. Files that fail beside others run once more, alone, as `npm test` has
 * it: what they come to then counts, and they are named. What jest says goes to standard error.
 */
export async function runIntegration(stage: Stage, quick: boolean): Promise<IntegrationFigures> {
  const begunMs = performance.now();
  const patterns = quick ? ['test/integration/offerAgreements.test.ts'] : places;
  const first = figuresOf(await runJest(stage, patterns, filesAtOnce));
  const failedFiles = [...new Set(first.failures.map(({ file }) => file))];
  const seconds = (): number => (performance.now() - begunMs) / 1_000;
  if (failedFiles.length === 0) return { ...first, failedBesideOthers: [], seconds: seconds() };
  const alone = figuresOf(await runJest(stage, failedFiles, 1));
  const stillFailing = alone.failures.map(({ file }) => file);
  return {
    passed: first.passed + first.failed - alone.failed,
    failed: alone.failed,
    skipped: first.skipped,
    failures: alone.failures,
    failedBesideOthers: failedFiles.filter((file) => !stillFailing.includes(file)),
    leftOut,
    seconds: seconds(),
  };
}
