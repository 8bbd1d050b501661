import { join } from 'node:path';
import { figuresOf } from '../../cluster/proof/integration.ts';
import { keepsPromises } from '../../cluster/proof/kills.ts';
import { isAsPromised, reportText, type ClusterReport } from '../../cluster/proof/report.ts';

const root = join(__dirname, '..', '..', '..');
const kept = {
  kills: [{ part: 'history', awaySeconds: 3.21, acknowledged: 30, longestSeconds: 4.5 }],
  acknowledged: 30,
  missing: 0,
  otherwise: 0,
  submittedTwice: 0,
  notSubmitted: 0,
  settledSeconds: 12,
};

test('jest’s document: what failed is named by its file, a file that cannot be loaded too', () => {
  const test = (fullName: string, status: string) => ({ fullName, status });
  const file = (name: string, status: string, assertionResults: object[]) => ({
    name: join(root, 'test/integration', name),
    status,
    assertionResults,
  });
  const figures = figuresOf({
    numPassedTests: 2,
    numFailedTests: 1,
    numRuntimeErrorTestSuites: 1,
    numPendingTests: 1,
    testResults: [
      file('one.test.ts', 'failed', [test('holds', 'passed'), test('breaks', 'failed'), test('waits', 'pending')]),
      file('two.test.ts', 'failed', []),
      file('three.test.ts', 'passed', [test('holds', 'passed')]),
    ],
  });
  expect(figures).toMatchObject({ passed: 2, failed: 2, skipped: 1 });
  expect(figures.failures).toEqual([
    { file: 'test/integration/one.test.ts', test: 'breaks' },
    { file: 'test/integration/two.test.ts', test: 'it cannot be loaded' },
  ]);
});

test.each(['missing', 'otherwise', 'submittedTwice', 'notSubmitted'] as const)('one %s breaks a promise', (count) => {
  const broken = { ...kept, [count]: 1 };
  expect(keepsPromises(broken)).toBe(false);
  expect(isAsPromised({ integration: null, kills: broken })).toBe(false);
});

test('nothing acknowledged shows nothing; all as it has to be is kept', () => {
  expect(keepsPromises({ ...kept, acknowledged: 0 })).toBe(false);
  expect(isAsPromised({ integration: null, kills: kept })).toBe(true);
  const none = { numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 0, numPendingTests: 0 };
  const integration = { ...figuresOf({ ...none, testResults: [] }), failedBesideOthers: [], seconds: 1 };
  expect(isAsPromised({ integration, kills: kept })).toBe(true);
  expect(isAsPromised({ integration: { ...integration, failed: 1 }, kills: kept })).toBe(false);
});

test('the tables are Markdown, with as many cells in each row', () => {
  const load = {
    name: 'four roles, PostgreSQL',
    workers: 1,
    ingresses: 2,
    accounts: 1,
    events: 600,
    acknowledgedPerSecond: 120.4,
    settledPerSecond: 60.2,
    latencyMs: { p50: 200, p99: 500 },
    pacedPerSecond: 40,
    pacedLatencyMs: { p50: 20, p99: 50 },
    repeats: 3,
    loadBefore: 0.4,
  };
  const machine = {
    cores: 2,
    processor: 'a processor',
    platform: 'linux-x64',
    node: '24.21.0',
    temporalServer: '1.31.2',
    storage: 'PostgreSQL',
    loadBefore: 0.4,
  };
  const report: ClusterReport = {
    ok: true,
    machine,
    seconds: 300,
    integration: null,
    load: [load],
    accounts: null,
    memory: [{ name: 'history', megabytes: 326.4 }],
    kills: kept,
  };
  const text = reportText(report);
  const tables = text.split('\n\n').filter((part) => part.startsWith('|'));
  expect(tables).toHaveLength(3);
  for (const table of tables) {
    const cells = table.split('\n').map((row) => row.split('|').length);
    expect(new Set(cells).size).toBe(1);
  }
  expect(text).toContain('120 |');
  expect(text).toContain('20 / 50');
  expect(text).toContain('history');
});
