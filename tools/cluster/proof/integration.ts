import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Stage } from '../../../bench/stage.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const places = ['test/integration', 'bench/test/integration', 'tools/test/integration'];
/** On two cores; each file has a namespace of its own. */
const filesAtOnce = 2;

/** Files of tests that no running server can serve, or that do not ask it. */
const leftOut = [
  { file: 'test/integration/ingressProcess.test.ts', reason: 'it starts dev servers of its own, and ends them' },
  { file: 'test/integration/npmPackage.test.ts', reason: 'npm run test:package' },
  { file: 'test/integration/sellerAccount.test.ts', reason: 'npm run going-live' },
] as const;

/** What the integration tests came to. */
export interface IntegrationFigures {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
  /** Each failed test, by its file. */
  readonly failures: readonly string[];
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
export function figuresOf(document: unknown): Omit<IntegrationFigures, 'seconds'> {
  const result = resultSchema.parse(document);
  const failures = result.testResults.flatMap(({ name, status, assertionResults }) => {
    const file = relative(root, name);
    const failed = assertionResults
      .filter((one) => one.status === 'failed')
      .map(({ fullName }) => `${file}: ${fullName}`);
    return failed.length === 0 && status === 'failed' ? [`${file}: it cannot be loaded`] : failed;
  });
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
    skipped: result.numPendingTests,
    failures,
    leftOut,
  };
}

/** Runs the integration tests of the jest project `server` on the stage's server. What jest says goes to standard error. */
export async function runIntegration(stage: Stage, quick: boolean): Promise<IntegrationFigures> {
  const begunMs = performance.now();
  const outputFile = join(stage.folder, 'jest.json');
  const words = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    ...(quick ? ['test/integration/offerAgreements.test.ts'] : places),
    '--testPathIgnorePatterns',
    ...leftOut.map(({ file }) => file),
    `--maxWorkers=${filesAtOnce}`,
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
  const seconds = (performance.now() - begunMs) / 1_000;
  return { ...figuresOf(JSON.parse(readFileSync(outputFile, 'utf8'))), seconds };
}
