import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root, runTool } from './step.ts';
import type { StepResult } from './step.ts';

/** The part of jest's --json report that is read here. */
interface JestReport {
  numPassedTests: number;
  numFailedTests: number;
  numRuntimeErrorTestSuites: number;
  testResults: readonly {
    name: string;
    assertionResults: readonly { fullName: string; status: string }[];
  }[];
}

/**
 * Runs one project of jest.config.mjs.
 *
 * @param args jest's own options and patterns
 * @returns its tally; a file that cannot be loaded counts as one failed test, and so does a run without a report
 */
export async function runJest(project: 'unit' | 'server', args: readonly string[]): Promise<StepResult> {
  const directory = mkdtempSync(join(tmpdir(), 'steward-jest-'));
  const file = join(directory, 'report.json');
  try {
    const options = ['--selectProjects', project, '--passWithNoTests', '--json', '--outputFile', file, ...args];
    // Some dependencies are ES modules only, which jest loads with this flag.
    const nodeFlags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
    const { code, output } = await runTool('jest', options, { nodeFlags });
    const report = readReport(file);
    if (report === undefined) return { passed: 0, failed: 1, notes: [], output: `jest left no report\n${output}` };
    const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
    return {
      passed: report.numPassedTests,
      failed: failed === 0 && code !== 0 ? 1 : failed,
      notes: skippedTests(report),
      output: withoutReport(output),
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function readReport(file: string): JestReport | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as JestReport;
  } catch {
    return undefined;
  }
}

function skippedTests(report: JestReport): string[] {
  return report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'pending' || status === 'todo')
      .map(({ fullName }) => `skipped: ${relative(root, name)}: ${fullName}`),
  );
}

/** With --outputFile jest still says where it wrote, after its report for operators. */
function withoutReport(output: string): string {
  return output
    .split('\n')
    .filter((line) => !line.startsWith('Test results written to:'))
    .join('\n');
}
