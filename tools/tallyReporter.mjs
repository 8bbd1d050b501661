import { relative } from 'node:path';

/**
 * A reporter of jest's: names the tests that were skipped, and sends the tally and the files that failed to the process that
 * started jest.
 */
export default class TallyReporter {
  onRunComplete(_contexts, { testResults, numPassedTests, numFailedTests, numRuntimeErrorTestSuites }) {
    for (const { testFilePath, testResults: tests } of testResults) {
      for (const { fullName } of tests.filter(({ status }) => status === 'pending' || status === 'todo')) {
        console.log(`skipped: ${relative('', testFilePath)}: ${fullName}`);
      }
    }
    // A file that cannot be loaded counts as one failed test.
    const failedFiles = testResults
      .map(({ testFilePath, numPassingTests: passed, numFailingTests, testExecError }) => ({
        path: relative('', testFilePath),
        passed,
        failed: Math.max(numFailingTests, testExecError === undefined ? 0 : 1),
      }))
      .filter(({ failed }) => failed > 0);
    process.send?.({ passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites, failedFiles });
  }
}
