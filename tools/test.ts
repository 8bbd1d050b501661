/**
 * `npm test`: the static checks, then the tests, and a tally as the last line. `npm test -- <pattern…>` runs only the
 * test files that match; `--only checks|unit|server` runs one group.
 */
import { parseArgs } from 'node:util';
import { findTemporalServer, findTimeSkippingServer } from '@marketplace-steward/testing/temporal/temporalBinary';
import { findChromium } from '@marketplace-steward/testing/chromium';
import { checks, runCheck } from './testing/checks.ts';
import { runJest } from './testing/jestRun.ts';
import { reportStep, signalTools } from './testing/step.ts';
import type { StepResult } from './testing/step.ts';

const groups = ['checks', 'unit', 'server'] as const;
type Group = (typeof groups)[number];

const tally = { passed: 0, failed: 0 };
const interrupted: { signal?: NodeJS.Signals } = {};

function chosenGroups(only: string | undefined, patterns: readonly string[]): readonly Group[] {
  if (only === undefined) return patterns.length === 0 ? groups : ['unit', 'server'];
  const group = groups.find((name) => name === only);
  if (group !== undefined) return [group];
  console.error(`--only takes one of ${groups.join(', ')}, found ${only}`);
  return process.exit(1);
}

async function step(name: string, run: () => Promise<StepResult>): Promise<void> {
  if (interrupted.signal !== undefined) return;
  const { passed, failed } = await reportStep(name, run);
  tally.passed += passed;
  tally.failed += failed;
}

/** Which servers the tests will use; where one can't be had, that is one failure and its tests are not run. */
async function findServers(): Promise<StepResult> {
  const log = (line: string) => console.log(`${process.stdout.isTTY ? '\r\u001b[2K' : ''}      ${line}`);
  try {
    const server = await findTemporalServer({ log });
    const timeSkipping = await findTimeSkippingServer({ log });
    const notes = [`Temporal server: ${server.source}`, `time-skipping server: ${timeSkipping.source}`];
    return { passed: 0, failed: 0, notes, output: '' };
  } catch (error) {
    return { passed: 0, failed: 1, notes: [], output: error instanceof Error ? error.message : String(error) };
  }
}

async function serverTests(patterns: readonly string[]): Promise<void> {
  const failedBefore = tally.failed;
  await step('servers for the tests', findServers);
  if (tally.failed > failedBefore) {
    console.log('      skipped: the tests against a server: there is none');
    return;
  }
  // Two at a time: they wait more than they work, and each file has a namespace of its own.
  const options = ['--maxWorkers=2', ...patterns];
  if (findChromium() === undefined) {
    console.log('      skipped: test/e2e: no Chromium is here (on Debian: apt-get install chromium)');
    options.push('--testPathIgnorePatterns', '/test/e2e/');
  }
  await step('tests against servers (jest)', () => runJest('server', options));
}

const { values, positionals } = parseArgs({ options: { only: { type: 'string' } }, allowPositionals: true });
const chosen = chosenGroups(values.only, positionals);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    interrupted.signal = signal;
    signalTools(signal);
  });
}

console.log(`Node ${process.versions.node}, ${process.platform}-${process.arch}`);
if (chosen.includes('checks')) {
  for (const check of checks) await step(check.name, () => runCheck(check));
}
if (chosen.includes('unit'))
  await step('unit tests (jest)', () => runJest('unit', ['--maxWorkers=100%', ...positionals]));
if (chosen.includes('server')) await serverTests(positionals);

if (interrupted.signal !== undefined) {
  console.log(`stopped by ${interrupted.signal}`);
  tally.failed = Math.max(tally.failed, 1);
} else if (tally.passed + tally.failed === 0) {
  console.log(`no test file matches ${positionals.join(' ')}`);
  tally.failed = 1;
}
process.exitCode = tally.failed > 0 ? 1 : 0;
console.log(`${tally.passed} passed, ${tally.failed} failed`);
